"""What was counted once is not counted again, until another pass may have changed it."""

from __future__ import annotations

from pathlib import Path

import pytest

from skyflytt.ledger.passes import running_pass
from skyflytt.phase.migration import Migration
from skyflytt.report.counted import FILE, Counts, count_items
from skyflytt.report.passes import passes_of
from tests.report.moves import Moved


def counted(migration: Migration, folder: Path) -> Counts:
    return count_items(migration.ledger, passes_of(migration.ledger, migration.name), folder)


def change_behind_its_back(migration: Migration) -> None:
    with migration.ledger.writing() as connection:
        connection.exec_driver_sql("UPDATE item SET size_bytes = 7")


def test_a_workload_at_rest_is_counted_once(migration: Migration, tmp_path: Path) -> None:
    Moved(migration, "share", "homes").run(["a", "b"], size=10)
    (share,) = counted(migration, tmp_path).values()
    assert [(one.state, one.done_pass, one.items, one.size_bytes) for one in share] == [("done", 1, 2, 20)]
    change_behind_its_back(migration)
    assert list(counted(migration, tmp_path).values()) == [share]
    Moved(migration, "share", "homes").run(["c"], size=10)
    (share,) = counted(migration, tmp_path).values()
    assert sorted((one.done_pass, one.items, one.size_bytes) for one in share) == [(1, 2, 14), (2, 1, 10)]


def test_while_a_pass_runs_it_is_counted_each_time(migration: Migration, tmp_path: Path) -> None:
    moved = Moved(migration, "share", "homes")
    moved.run(["a"], size=10)
    with running_pass(migration.ledger, moved.workload):
        assert counted(migration, tmp_path)[moved.workload.id][0].size_bytes == 10
        change_behind_its_back(migration)
        assert counted(migration, tmp_path)[moved.workload.id][0].size_bytes == 7


@pytest.mark.parametrize("text", ["", "{", "[]", '{"1": 3}', '{"1": ["x", [[1]]]}', '{"x": ["m", []]}'])
def test_whatever_stands_in_the_file_the_counts_are_right(migration: Migration, tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    Moved(migration, "share", "homes").run(["a", "b"])
    assert [one.items for rows in counted(migration, tmp_path).values() for one in rows] == [2]
