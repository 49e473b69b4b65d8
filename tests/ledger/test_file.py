"""A ledger in a file that somebody names: a new one, another program's, and one whose maker was killed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.errors.ledger import NotALedger
from skyflytt.ledger.file import open_ledger_file
from tests.ledger.killed import killed_in_a_change, killed_while_it_was_made


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_was_killed_while_it_was_made_is_made_again(tmp_path: Path, clock: MovableClock) -> None:
    file = tmp_path / "l.sqlite"
    killed_while_it_was_made(file)
    with (
        pytest.raises(sqlite3.OperationalError),
        closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as there,
    ):
        there.execute("SELECT name FROM sqlite_master").fetchall()

    ledger = open_ledger_file(file, clock)

    with ledger.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM workload").scalar_one() == 0
    ledger.engine.dispose()


@pytest.mark.parametrize("cut_off", [False, True])
def test_another_programs_database_is_left_as_it_is(tmp_path: Path, clock: MovableClock, cut_off: bool) -> None:
    file = tmp_path / "crm.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE customer (name TEXT)")
        connection.executemany("INSERT INTO customer VALUES (?)", [(f"åsa {one}" * 200,) for one in range(100)])
        connection.commit()
    if cut_off:
        killed_in_a_change(file)
    before = contents(tmp_path)
    assert len(before) == 1 + cut_off

    with pytest.raises(NotALedger, match="something else"):
        open_ledger_file(file, clock)

    assert contents(tmp_path) == before
