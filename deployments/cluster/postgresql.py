"""PostgreSQL for the run history and the ledger: Debian's, in a data directory of its own, on loopback, with a password.

It refuses to run as root; root steps down to Debian's user `postgres` for it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from deployments.cluster.place import HISTORY_DATABASE, LEDGER_DATABASE, ClusterPlace
from deployments.stack.failures import DidNotStart, last_lines
from deployments.stack.place import POLL_S
from deployments.stack.process import Process, recorded, spawn_program

START_DEADLINE_S = 60.0
STOP_PATIENCE_S = 30.0
DEBIAN = Path("/usr/lib/postgresql")
USER = "postgres"
INSTALL = "Debian has it: sudo apt-get install -y --no-install-recommends postgresql"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    # Each run holds a few connections to the ledger; the server its own pool.
    "max_connections": "200",
    "shared_buffers": "64MB",
}


def start(place: ClusterPlace, deadline_s: float = START_DEADLINE_S) -> Process:
    """The cluster's PostgreSQL, started unless it runs, with the databases of the history and of the ledger in it.

    :raises DidNotStart: it is not installed, ended, or did not answer in time.
    """
    process = running(place)
    if process is None:
        data = place.postgresql / "data"
        if not data.exists():
            _make(place, data)
        process = _spawn(place, data)
    _wait_until_it_answers(place, process, deadline_s)
    for database in (HISTORY_DATABASE, LEDGER_DATABASE):
        _ensure(place, database)
    return process


def stop(place: ClusterPlace) -> bool:
    """End it as its own "fast shutdown" does; whether it ran."""
    process = running(place)
    if process is None:
        return False
    found = process.found()
    if found is not None:
        found.send_signal(signal.SIGINT)
    deadline = time.monotonic() + STOP_PATIENCE_S
    while process.found() and time.monotonic() < deadline:
        time.sleep(POLL_S)
    process.end(STOP_PATIENCE_S)
    _record(place).unlink(missing_ok=True)
    return True


def running(place: ClusterPlace) -> Process | None:
    process = recorded(_record(place))
    return process if process and process.found() else None


def answers(place: ClusterPlace) -> bool:
    try:
        with psycopg.connect(_address(place), connect_timeout=5):
            return True
    except psycopg.OperationalError:
        return False


def _make(place: ClusterPlace, data: Path) -> None:
    """Whole or not at all: a directory that was being made when its maker was killed is thrown away."""
    place.postgresql.mkdir(exist_ok=True)
    if os.getuid() == 0:
        shutil.chown(place.postgresql, USER, USER)
    _refuse_walls(place)
    beside = place.postgresql / "data.making"
    shutil.rmtree(beside, ignore_errors=True)
    with tempfile.NamedTemporaryFile("w", dir=place.postgresql) as password:
        password.write(place.password("postgresql"))
        password.flush()
        if os.getuid() == 0:
            shutil.chown(password.name, USER, USER)
        how = ["--auth=scram-sha-256", f"--pwfile={password.name}", "--username=skyflytt", "--encoding=UTF8"]
        command = [*_as_user(), _program("initdb"), *how, "--locale=C.UTF-8", "--pgdata", str(beside)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=place.postgresql, check=False)
    if done.returncode != 0:
        raise DidNotStart("PostgreSQL server", f"initdb said: {done.stderr.strip()[-800:]}")
    beside.rename(data)


def _refuse_walls(place: ClusterPlace) -> None:
    look = subprocess.run([*_as_user(), "/usr/bin/test", "-w", str(place.postgresql)], cwd="/", check=False)
    if look.returncode != 0:
        detail = (
            f"its user {USER} cannot get to {place.postgresql}; name a folder that others may pass through (chmod o+x)"
        )
        raise DidNotStart("PostgreSQL server", detail)


def _spawn(place: ClusterPlace, data: Path) -> Process:
    options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    program = [*_as_user(), _program("postgres"), "-D", str(data), "-p", str(place.port("postgresql")), *options]
    env = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return spawn_program(program, record=_record(place), log=_log(place), cwd=place.postgresql, env=env)


def _as_user() -> list[str]:
    if os.getuid():
        return []
    try:
        pwd.getpwnam(USER)
    except KeyError:
        raise DidNotStart("PostgreSQL server", f"there is no user {USER} to run it as. {INSTALL}") from None
    return ["/usr/bin/setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]


def _program(name: str) -> str:
    """The newest of those that Debian has installed, which are not on the PATH."""
    found = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]), reverse=True)
    program = str(found[0]) if found else shutil.which(name)
    if program is None:
        raise DidNotStart("PostgreSQL server", f"{name} is not installed. {INSTALL}")
    return program


def _wait_until_it_answers(place: ClusterPlace, process: Process, deadline_s: float) -> None:
    deadline = time.monotonic() + deadline_s
    while not answers(place):
        if process.found() is None or time.monotonic() > deadline:
            raise DidNotStart("PostgreSQL server", f"it does not answer{last_lines(_log(place))}")
        time.sleep(POLL_S)


def _ensure(place: ClusterPlace, database: str) -> None:
    with psycopg.connect(_address(place), autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone()
        if known is None:
            connection.execute(f'CREATE DATABASE "{database}"'.encode())


def _address(place: ClusterPlace) -> str:
    who = f"user=skyflytt password={place.password('postgresql')}"
    return f"host=127.0.0.1 port={place.port('postgresql')} {who} dbname=postgres"


def _record(place: ClusterPlace) -> Path:
    return place.home / "postgresql.json"


def _log(place: ClusterPlace) -> Path:
    return place.home / "postgresql.log"
