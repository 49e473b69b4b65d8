"""A PostgreSQL server of the suite's own: Debian's, in a new data directory, on a free loopback port.

initdb refuses to run as root, so root steps down to the user `postgres` for it. The cluster sorts text in Swedish, so that a
ledger that left the order of keys to the database would show.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

START_SECONDS = 60
PACKAGE = "postgresql"


@dataclass(frozen=True, slots=True)
class PostgresqlServer:
    """A server that is running; `url(name)` is a database on it in SQLAlchemy's words."""

    port: int

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://skyflytt@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, template: str = "template1") -> str:
        """A new database, copied from the template; its URL."""
        self.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)

    def execute(self, statement: str) -> None:
        address = f"host=127.0.0.1 port={self.port} user=skyflytt dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def postgresql_server(require_debian: Callable[..., str]) -> Iterator[PostgresqlServer]:
    """One server for the whole session."""
    programs = Path(require_debian(PACKAGE, binary="postgres")).resolve().parent
    with running_postgresql(programs) as server:
        yield server


@contextmanager
def running_postgresql(programs: Path) -> Iterator[PostgresqlServer]:
    """initdb, start, stop, remove."""
    # Not pytest's own folder: the user postgres could not enter it.
    home = Path(tempfile.mkdtemp(prefix="skyflytt-postgresql-"))
    try:
        _run_initdb(programs, home)
        port = _free_port()
        process = _start(programs, home, port)
        try:
            server = PostgresqlServer(port)
            _wait_until_it_answers(server, process, home)
            yield server
        finally:
            process.send_signal(signal.SIGINT)  # the server's "fast shutdown"
            process.wait(30)
    finally:
        shutil.rmtree(home)


def _as_user() -> list[str]:
    """The server ends with its parent, even when the suite is killed."""
    dying = ["setpriv", "--pdeathsig", "INT"]
    return dying if os.getuid() else [*dying, "--reuid=postgres", "--regid=postgres", "--clear-groups"]


def _run_initdb(programs: Path, home: Path) -> None:
    if os.getuid() == 0:
        shutil.chown(home, "postgres", "postgres")
    how = ["--auth=trust", "--username=skyflytt", "--encoding=UTF8", "--no-sync"]
    order = ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=sv-SE"]
    subprocess.run(
        [*_as_user(), programs / "initdb", *how, *order, "--pgdata", home / "data"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=home,
    )


def _start(programs: Path, home: Path, port: int) -> subprocess.Popen[bytes]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "fsync": "off",
        "max_connections": "60",
        "shared_buffers": "32MB",
    }
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with (home / "log").open("wb") as log:
        return subprocess.Popen(
            [*_as_user(), programs / "postgres", "-D", home / "data", *options], stdout=log, stderr=log, cwd=home
        )


def _wait_until_it_answers(server: PostgresqlServer, process: subprocess.Popen[bytes], home: Path) -> None:
    give_up = time.monotonic() + START_SECONDS
    while True:
        try:
            server.execute("SELECT 1")
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(f"PostgreSQL did not start:\n{(home / 'log').read_text()}") from None
            time.sleep(0.05)
        else:
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


_numbers = count(1)


def new_name() -> str:
    """A database name that was not used in this session."""
    return f"ledger_{next(_numbers)}"
