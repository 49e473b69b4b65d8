"""What `benchmarks.scale` measures on: an old mail server at the end of a long line, a Prefect server, workers, and customers to move."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import trustme
import yaml

from benchmarks.delaying import long_line
from benchmarks.letters import letter
from deployments.cluster import cluster
from deployments.cluster.members import members
from deployments.cluster.place import prepared
from deployments.stack import server as prefect_server
from deployments.stack import settings
from tests.real.dovecot import PASSWORD, Dovecot, running_dovecot

POOL = "skyflytt"
ROOT = Path(__file__).parents[1]
LOGIN = "m{:05}"
TERMS = {"rule": "started-months", "months": 2}


@dataclass(frozen=True, slots=True)
class Place:
    """Everything that runs. Without a `ledger_url` each customer has a ledger of its own, on SQLite."""

    folder: Path
    running: prefect_server.Server
    mail: Dovecot
    ledger_url: str | None = None

    def environment(self) -> dict[str, str]:
        return settings.for_child({**self.running.environment, "PREFECT_WORKER_QUERY_SECONDS": "2"})

    def customer(self, name: str, mailboxes: int, port: int) -> Path:
        """The project file of a customer with the first so many mailboxes of the server behind `port`."""
        home = self.folder / name
        old = {
            "kind": "imap",
            "host": "localhost",
            "port": port,
            "ca_file": str(self.folder / "ca.pem"),
            "timeout_s": 300.0,
        }
        names = [LOGIN.format(number) for number in range(mailboxes)]
        for one in names:
            for part in ("cur", "new", "tmp"):
                (home / "new" / one / part).mkdir(parents=True)
        project = {
            "project": name,
            "time_zone": "Europe/Stockholm",
            "customer": {"name": "Norrsken Bygg AB", "language": "sv"},
            "contract": {"provider": "Gamla Molnet AB", "notice_given": "2026-08-08", "notice": TERMS, "retrieval_days": 3, "erasure_days": 7},
            "servers": {"old": old, "new": {"kind": "maildir", "root": str(home / "new")}},
            "mailboxes": [
                {"name": one, "source": {"server": "old", "login": one}, "target": {"server": "new", "login": one}}
                for one in names
            ],
        }  # fmt: skip
        file = home / "project.yaml"
        file.write_text(yaml.safe_dump(project))
        (home / "secrets.json").touch(0o600)
        (home / "secrets.json").write_text(json.dumps({"servers.old": PASSWORD}))
        return file

    @contextlib.contextmanager
    def line(self, latency_ms: int) -> Iterator[int]:
        """The mail server's port at the end of a line of that length."""
        if not latency_ms:
            yield self.mail.tls_port
            return
        with long_line(self.mail.tls_port, latency_ms / 1000) as port:
            yield port

    @contextlib.contextmanager
    def workers(self, number: int, runs_each: int) -> Iterator[list[psutil.Process]]:
        """So many workers with so many places each, all of them ready."""
        command = [sys.executable, "-m", "deployments.stack.worker_program", "--pool", POOL]
        started = []
        for index in range(number):
            name = f"worker-{time.monotonic_ns()}-{index}"
            with (self.folder / f"{name}.log").open("wb") as log:
                further = ["--name", name, "--limit", str(runs_each)]
                started.append(
                    subprocess.Popen([*command, *further], cwd=ROOT, env=self.environment(), stdout=log, stderr=log)
                )
        try:
            self._wait_for(number)
            yield [psutil.Process(one.pid) for one in started]
        finally:
            for one in started:
                _end(one)
            self._forget_workers()

    def _wait_for(self, number: int) -> None:
        until = time.monotonic() + 180
        while len(self._online()) < number:
            if time.monotonic() > until:
                raise AssertionError("the workers did not come")
            time.sleep(0.5)

    def _online(self) -> list[str]:
        from prefect.client.orchestration import get_client  # noqa: PLC0415 - after its settings

        with get_client(sync_client=True) as client:
            found = client.read_workers_for_work_pool(POOL)
        return [one.name for one in found if one.status and one.status.value == "ONLINE"]

    def _forget_workers(self) -> None:
        """They would count as being there for some time."""
        from prefect.client.orchestration import get_client  # noqa: PLC0415

        for name in self._online():
            with get_client(sync_client=True) as client:
                client._client.delete(f"/work_pools/{POOL}/workers/{name}").raise_for_status()


def _end(worker: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        for one in [*psutil.Process(worker.pid).children(recursive=True), psutil.Process(worker.pid)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
    worker.wait()


@contextlib.contextmanager
def place(folder: Path, mailboxes: int, shape: tuple[int, int], *, clustered: bool = False) -> Iterator[Place]:
    """`shape`: folders and messages in each, of every mailbox. `clustered`: PostgreSQL and Redis, as several workers need them."""
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        raise SystemExit("dovecot is missing; run: sudo apt-get install -y --no-install-recommends dovecot-imapd")
    _certificate(folder)
    logins = tuple(LOGIN.format(number) for number in range(mailboxes))
    with running_dovecot(program, folder / "cert.pem", folder / "key.pem", logins) as mail:
        fill(mail, logins, shape)
        with (
            (_clustered if clustered else _small)(folder) as (running, ledger_url),
            settings.applied(running.environment),
        ):
            _deploy()
            yield Place(folder, running, mail, ledger_url)


@contextlib.contextmanager
def _small(folder: Path) -> Iterator[tuple[prefect_server.Server, str | None]]:
    try:
        yield prefect_server.start(folder / "prefect"), None
    finally:
        prefect_server.stop(folder / "prefect")


@contextlib.contextmanager
def _clustered(folder: Path) -> Iterator[tuple[prefect_server.Server, str | None]]:
    home = prepared(folder / "cluster")
    parts = members(home, workers=0)
    try:
        for one in parts:
            one.start()
        yield cluster.running_server(home), home.ledger_url
    finally:
        for one in reversed(parts):
            one.stop()


def fill(mail: Dovecot, logins: tuple[str, ...], shape: tuple[int, int]) -> None:
    """The same letters for everybody, written once: each mailbox has links to them."""
    folders, messages = shape
    chance = random.Random(1)
    kept = mail.mail.parent / "letters"
    kept.mkdir(exist_ok=True)
    owner = mail.mail.stat()
    letters = []
    for number in range(folders * messages):
        path = kept / f"{1_700_000_000 + number}.M{number}.old"
        path.write_bytes(letter(chance, number, words=60))
        os.chown(path, owner.st_uid, owner.st_gid)
        letters.append(path)
    for login in logins:
        for index in range(folders):
            box = mail.mail / login / ("" if not index else f".Folder{index:02}")
            for part in ("cur", "new", "tmp"):
                (box / part).mkdir(parents=True)
            for path in letters[index * messages : (index + 1) * messages]:
                os.link(path, box / "cur" / f"{path.name}:2,S")
        for one in (mail.mail / login, *(mail.mail / login).rglob("*")):
            if one.is_dir():
                os.chown(one, owner.st_uid, owner.st_gid)


def _certificate(folder: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    (folder / "cert.pem").write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
    certificate.private_key_pem.write_to_path(folder / "key.pem")


def _deploy() -> None:
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - after its settings
    from prefect.client.schemas.actions import WorkPoolCreate  # noqa: PLC0415

    from flows.workload import workload  # noqa: PLC0415

    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
    deployed = workload.from_source(str(ROOT), "flows/workload.py:workload")
    with contextlib.redirect_stdout(None):
        deployed.deploy(
            name="any-project", work_pool_name=POOL, build=False, push=False, print_next_steps=False,
            tags=["skyflytt", "workload"],
        )  # fmt: skip
