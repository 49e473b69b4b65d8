"""Whoever opens a ledger that this process has open works with the same connections, until the last one lets it go."""

from __future__ import annotations

from pathlib import Path

import pytest

from skyflytt.deadline.clock import SystemClock
from skyflytt.errors.ledger import LedgerNewer
from skyflytt.ledger import projects
from skyflytt.ledger.shared import shared_ledger

CLOCK = SystemClock()


def opened_files(path: Path) -> int:
    """How many descriptors of this process are of the file."""
    return sum(one.resolve() == path for one in Path("/proc/self/fd").iterdir() if one.exists())


def test_the_last_one_closes_it(tmp_path: Path) -> None:
    url, file = f"sqlite:///{tmp_path / 'ledger.sqlite'}", tmp_path / "ledger.sqlite"
    with shared_ledger(url, CLOCK) as first:
        with shared_ledger(url, CLOCK) as second:
            assert second.engine is first.engine
            projects.ensure_project(second, "norrsken")
        assert projects.mode(first, "norrsken") is not None
        assert opened_files(file) > 0
    assert opened_files(file) == 0


def test_opened_again_it_is_another_one(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    with shared_ledger(url, CLOCK) as before:
        projects.ensure_project(before, "norrsken")
    (tmp_path / "ledger.sqlite").unlink()
    with shared_ledger(url, CLOCK) as after:
        assert after.engine is not before.engine
        projects.ensure_project(after, "norrsken")


def test_more_at_once_than_it_keeps_connections(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    with shared_ledger(url, CLOCK) as ledger:
        readers = [ledger.engine.connect() for _ in range(40)]
        assert {one.exec_driver_sql("SELECT 1").scalar_one() for one in readers} == {1}
        for one in readers:
            one.close()


def test_what_could_not_be_opened_is_not_kept(tmp_path: Path) -> None:
    url, file = f"sqlite:///{tmp_path / 'ledger.sqlite'}", tmp_path / "ledger.sqlite"
    with shared_ledger(url, CLOCK) as ledger, ledger.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LedgerNewer, match="9999"), shared_ledger(url, CLOCK):
        pass
    assert opened_files(file) == 0
