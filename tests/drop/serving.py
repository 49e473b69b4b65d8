"""The drop server as a process of its own, by a clock that the test moves, and a client that reuses its TLS session."""

from __future__ import annotations

import contextlib
import ftplib
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import trustme

from skyflytt.deadline.clock import FileClock
from skyflytt.drop.accounts import Accounts, Permission
from tests.real.processes import free_port

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECRET = "kundens hemlighet"
OPERATOR = "operatörens hemlighet"


class Client(ftplib.FTP_TLS):
    """As FileZilla, WinSCP, lftp and curl do: the data connection goes on with the control connection's session."""

    reuses = True
    reused: bool | None = None

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        if not self.reuses:
            return super().ntransfercmd(cmd, rest)
        conn, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        session = self.sock.session  # type: ignore[union-attr]
        secure = self.context.wrap_socket(conn, server_hostname="localhost", session=session)
        self.reused = secure.session_reused
        return secure, size


@dataclass
class Serving:
    """A running server; `start` once more after it was stopped or killed."""

    folder: Path
    port: int
    options: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    accounts: Accounts = field(init=False)
    clock: FileClock = field(init=False)

    def __post_init__(self) -> None:
        self.accounts = Accounts(self.folder / "state")
        self.clock = FileClock(self.folder / "clock")

    @property
    def ca_file(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def said(self) -> str:
        return (self.folder / "said").read_text()

    def start(self) -> None:
        command = [sys.executable, "-m", "skyflytt.drop.server", "--port", str(self.port), *self.options]
        command += ["--cert", str(self.folder / "cert.pem"), "--accounts-dir", str(self.folder / "state")]
        command += ["--clock-file", str(self.folder / "clock")]
        with (self.folder / "said").open("ab") as said:
            self.process = subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=said, stderr=said)
        eventually(self._answers, "the server answers")

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.said
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self, number: int = signal.SIGTERM) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            os.kill(self.process.pid, number)
        return self.process.wait(10)

    def customer(self, name: str = "norrsken", secret: str = SECRET, **times: datetime) -> Path:
        """An account, open for three hours from noon; its home."""
        times = {"opens": NOON, "closes": NOON + 3 * HOUR, **times}
        account = self.accounts.create(name, secret, home=name, permission=Permission.CUSTOMER, **times)
        return self.accounts.home_of(account)

    def connect(
        self,
        name: str | None = None,
        secret: str = SECRET,
        *,
        version: Any = None,
        address: str = "127.0.0.1",
        timeout_s: float = 10,
    ) -> Client:
        """From this address of loopback; signed in where a name is given."""
        context = ssl.create_default_context(cafile=str(self.ca_file))
        if version:
            context.minimum_version = context.maximum_version = version
        client = Client(context=context, encoding="utf-8", timeout=timeout_s, source_address=(address, 0))
        try:
            client.connect("localhost", self.port)
            if name:
                client.login(name, secret)
                client.prot_p()
        except BaseException:
            client.close()
            raise
        return client

    def log(self, event: str) -> list[dict[str, Any]]:
        lines = (self.accounts.folder / "access.jsonl").read_text().splitlines()
        return [entry for entry in map(json.loads, lines) if entry["event"] == event]

    def fetched(self, path: str) -> dict[str, Any]:
        """The last fetch of `path`; the server writes it down just after the client's last byte."""
        eventually(
            lambda: any(entry["path"] == path for entry in self.log("retrieved")), f"a fetch of {path} is logged"
        )
        return [entry for entry in self.log("retrieved") if entry["path"] == path][-1]


def eventually(happened: Callable[[], bool], what: str, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.02)


def issue(folder: Path, **names: Any) -> None:
    """A certificate for localhost by an authority of its own (`cert.pem`, `ca.pem`)."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    made = authority.issue_cert("localhost", **names)
    made.private_key_and_cert_chain_pem.write_to_path(str(folder / "cert.pem"))


@contextlib.contextmanager
def serving(folder: Path, *options: str) -> Iterator[Serving]:
    """It is noon."""
    issue(folder)
    server = Serving(folder, free_port(), options)
    server.clock.move_to(NOON)
    server.start()
    try:
        yield server
    finally:
        ended_with = server.stop()
    assert ended_with == 0, server.said
