"""A fresh ledger for each test, over SQLite and over a real PostgreSQL, and other processes that open it too."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.open import open_ledger
from skyflytt.ledger.workloads import Workload
from tests.ledger.moving import new_workload
from tests.real.postgresql import PostgresqlServer, new_name, postgresql_server

__all__ = ["postgresql_server"]

START = datetime(2026, 8, 8, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: PostgresqlServer) -> str:
    """A database with a ledger's tables, to be copied."""
    name = new_name()
    open_ledger(postgresql_server.create(name), MovableClock(START)).engine.dispose()
    return name


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty_url(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of a database without tables."""
    if database == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    return server.create(new_name())


@pytest.fixture
def url(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    if database == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    return server.create(new_name(), request.getfixturevalue("postgresql_template"))


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(START)


@pytest.fixture
def ledger(url: str, clock: MovableClock) -> Iterator[Ledger]:
    opened = open_ledger(url, clock)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def workload(ledger: Ledger) -> Workload:
    return new_workload(ledger, "acme")


@pytest.fixture(scope="session")
def processes() -> ForkServerContext:
    """Starts other processes in a hundredth of a second: they have imported everything already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pytest", "tests.ledger.children"])
    return context
