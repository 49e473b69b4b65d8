"""A project with one drop at the embedded server, which runs as its own process by a clock that the test moves."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import trustme

from skyflytt.deadline.clock import FileClock
from skyflytt.drop.accounts import Accounts, Permission
from skyflytt.drop.embedded_accounts import EmbeddedAccounts
from skyflytt.drop.work import DropWork
from skyflytt.files.ftps.store import open_ftps
from skyflytt.files.local import LocalStore, open_local
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.open import open_ledger
from skyflytt.ledger.projects import ensure_project
from skyflytt.project.model import Project
from skyflytt.project.servers import FtpsServer, LocalServer
from tests.drop.serving import Serving, serving

START = datetime(2026, 11, 1, tzinfo=ZoneInfo("Europe/Stockholm"))
OPERATOR_SECRET = "operatörens hemlighet"


@dataclass
class Drops:
    """The running server, and what a test needs to work with it."""

    root: Path
    port: int
    accounts: Accounts
    clock: FileClock
    ledger: Ledger
    project: Project

    @property
    def server(self) -> FtpsServer:
        server = self.project.server("handover")
        assert isinstance(server, FtpsServer)
        return server

    @contextmanager
    def work(self) -> Iterator[DropWork]:
        with open_ftps(self.server, OPERATOR_SECRET, user="operator") as store:
            keeper = EmbeddedAccounts(self.accounts, self.server, self.clock)
            yield DropWork(self.ledger, self.project, "handover", store, keeper, "test")

    @contextmanager
    def contents(self) -> Iterator[LocalStore]:
        with open_local(LocalServer(kind="local", root=self.root / "contents")) as store:
            yield store

    @property
    def handed_over(self) -> Path:
        """The drop's folder on the server's disk."""
        return self.accounts.folder / "files" / "norrsken" / "handover"


def project_at(port: int, root: Path) -> Project:
    return Project.model_validate(
        {
            "project": "norrsken",
            "time_zone": "Europe/Stockholm",
            "customer": {"name": "Norrsken Bygg AB", "language": "sv"},
            "contract": {
                "provider": "Gamla Molnet AB",
                "notice_given": "2026-08-08",
                "notice": {"rule": "started-months", "months": 2},
                "retrieval_days": 30,
                "erasure_days": 7,
            },
            "servers": {
                "handover": {"kind": "ftps", "host": "localhost", "port": port, "ca_file": str(root / "ca.pem")}
            },
            "drops": [{"name": "handover", "server": "handover", "days": 3}],
        }
    )


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One server for all tests that need no settings of their own; each moves the clock to noon and makes its own accounts."""
    with serving(tmp_path_factory.mktemp("served"), "--failed-login-delay", "0.3") as server:
        yield server


@pytest.fixture(scope="module")
def drop_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    root = tmp_path_factory.mktemp("drops")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(root / "ca.pem"))
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(root / "cert.pem"))
    FileClock(root / "clock").move_to(START)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "skyflytt.drop.server", "--port", str(port), "--cert", str(root / "cert.pem")]
    command += [
        "--accounts-dir",
        str(root / "state"),
        "--clock-file",
        str(root / "clock"),
        "--failed-login-delay",
        "0.1",
    ]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2]) as server:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and server.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield root, port
        server.terminate()


@pytest.fixture
def drops(drop_server: tuple[Path, int], tmp_path: Path) -> Iterator[Drops]:
    """An empty state folder and a new ledger for each test; the clock is at the end of the notice."""
    root, port = drop_server
    clock = FileClock(root / "clock")
    clock.move_to(START)
    accounts = Accounts(root / "state")
    for name in accounts.names():
        accounts.remove(name)
    _empty(root / "state" / "files")
    if (log := root / "state" / "access.jsonl").exists():
        os.truncate(log, 0)
    accounts.create("operator", OPERATOR_SECRET, home="/", permission=Permission.OPERATOR, opens=START)
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}", clock)
    ensure_project(ledger, "norrsken")
    (tmp_path / "contents").mkdir()
    yield Drops(tmp_path, port, accounts, clock, ledger, project_at(port, root))
    ledger.engine.dispose()


@pytest.fixture
def prepared(drops: Drops) -> Callable[[dict[str, bytes]], None]:
    """Write prepared contents: path → bytes."""

    def write(files: dict[str, bytes]) -> None:
        for path, content in files.items():
            (drops.root / "contents" / path).parent.mkdir(parents=True, exist_ok=True)
            (drops.root / "contents" / path).write_bytes(content)

    return write


def _empty(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), key=lambda path: len(path.parts), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
