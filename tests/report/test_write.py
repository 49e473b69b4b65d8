"""Writing the page: in one step, again and again, and never at the cost of a phase."""

from __future__ import annotations

import errno
import json
import logging
from pathlib import Path

import pytest

from skyflytt.errors.files import WorkspaceFull
from skyflytt.phase.migration import Migration
from skyflytt.report.write import keep_report, write_report
from tests.report.moves import Moved


def test_the_page_replaces_the_one_before_and_leaves_nothing_beside(migration: Migration) -> None:
    first = write_report(migration)
    assert first == migration.workspace / "report" / "index.html"
    before = first.read_text()
    Moved(migration, "share", "homes").run(["a", "b"])
    assert write_report(migration) == first
    assert first.read_text() != before
    assert "2 of 2 items are at the new home" in first.read_text()
    assert sorted(one.name for one in first.parent.iterdir()) == [".counted.json", "index.html", "summary.json"]
    summary = json.loads((first.parent / "summary.json").read_text())
    assert (summary["project"], summary["customer"]) == ("norrsken", "Norrsken Bygg AB")


def test_the_ledger_is_only_read(migration: Migration) -> None:
    def everything() -> list[str]:
        with migration.ledger.reading() as connection:
            return list(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]

    Moved(migration, "share", "homes").run(["a", "b"])
    before = everything()
    write_report(migration)
    assert everything() == before


def test_the_same_ledger_gives_the_same_page(migration: Migration) -> None:
    Moved(migration, "share", "homes").run(["a", "b"])
    page = write_report(migration).read_bytes()
    (migration.workspace / "report" / ".counted.json").unlink()
    assert write_report(migration).read_bytes() == page


def test_a_full_disk_is_told_as_such_and_the_page_before_stays(
    migration: Migration, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = write_report(migration)
    before = page.read_bytes()

    def full(_self: Path, _target: Path) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(WorkspaceFull):
        write_report(migration)
    assert page.read_bytes() == before
    assert not list(page.parent.glob("*.tmp"))


def test_a_page_that_cannot_be_written_stops_nothing_and_is_said(
    migration: Migration, caplog: pytest.LogCaptureFixture
) -> None:
    assert keep_report(migration) == ""
    (migration.workspace / "report" / "index.html").unlink()
    (migration.workspace / "report" / "index.html").mkdir()
    with caplog.at_level(logging.ERROR, logger="skyflytt.report"):
        assert keep_report(migration).startswith("the report page was not written: IsADirectoryError")
    assert "the report page of norrsken was not written" in caplog.text
