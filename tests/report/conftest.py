"""A move in the middle, written once: the tests that only read share it; the others get an empty ledger of their own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from skyflytt.phase.migration import Migration
from skyflytt.report.report import Report, report_of
from tests.report import moves


@pytest.fixture(scope="session")
def made_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with its tables, and nothing in it."""
    folder = tmp_path_factory.mktemp("made")
    with moves.migration(folder) as opened, opened.ledger.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "ledger.sqlite"


@pytest.fixture
def migration(tmp_path: Path, made_ledger: Path) -> Iterator[Migration]:
    shutil.copy(made_ledger, tmp_path / "ledger.sqlite")
    with moves.migration(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="package")
def middle(tmp_path_factory: pytest.TempPathFactory, made_ledger: Path) -> Iterator[Migration]:
    """Read only."""
    folder = tmp_path_factory.mktemp("middle")
    shutil.copy(made_ledger, folder / "ledger.sqlite")
    with moves.migration(folder) as opened:
        moves.in_the_middle(opened, nights=2)
        yield opened


@pytest.fixture(scope="package")
def report(middle: Migration) -> Report:
    return report_of(middle)
