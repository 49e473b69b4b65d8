"""Office documents that the library alters after it took them: told, kept in the ledger, and not taken for damage."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from skyflytt.deadline.clock import MovableClock
from skyflytt.evidence.manifest import write_workload_manifest
from skyflytt.files.alone import Alone, open_alone
from skyflytt.files.altered import ALTERED
from skyflytt.files.copy import is_partial
from skyflytt.files.memory import MemoryStore
from skyflytt.ledger import items
from skyflytt.ledger.schema import State, item
from skyflytt.sandbox.servers.graph.drive_state import PROMOTED, Drive
from tests.files.sharepoint.conftest import Opener
from tests.graph.simulator import BEGIN

WHEN = datetime(2021, 2, 3, 4, 5, 6, tzinfo=UTC)
FILES = {
    "Avtal/Offert.docx": b"PK offert",
    "Avtal/bild.jpg": b"jpeg",
    "Budget.XLSX": b"PK budget",
    "stor.docx": bytes(3 << 20),
}


@pytest.fixture
def source() -> MemoryStore:
    made = MemoryStore()
    for path, content in FILES.items():
        with made.write(".skyflytt-x") as file:
            file.write(content)
        made.rename(".skyflytt-x", path, WHEN)
    return made


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Alone]:
    with open_alone(tmp_path / "ledger.db", name="share", clock=MovableClock(BEGIN)) as found:
        yield found


def sync(alone: Alone, source: MemoryStore, opened: Opener, connections: int = 1) -> Any:
    @contextmanager
    def both() -> Iterator[Any]:
        with opened() as target:
            yield source, target

    return alone.sync(both, connections=connections, removal_limit=1.0)


def test_it_is_told_and_checked(
    alone: Alone, source: MemoryStore, opened: Opener, drive: Drive, tmp_path: Path
) -> None:
    account = sync(alone, source, opened, connections=3)
    assert (account.moved, account.failed) == (5, 0)
    changed = drive.at(drive.root, "Avtal/Offert.docx")
    assert changed is not None
    assert changed.content == FILES["Avtal/Offert.docx"] + PROMOTED
    assert changed.modified == "2021-02-03T04:05:06Z"
    workload = alone._workload()
    told = {item.key: item.detail for item in items.stream(alone.ledger, workload, State.DONE) if item.code == ALTERED}
    assert set(told) == {"Avtal/Offert.docx", "Budget.XLSX", "stor.docx"}
    assert f"{len(changed.content)} bytes, quickXorHash {changed.digest}" in str(told["Avtal/Offert.docx"])
    with opened() as target:
        check = alone.verify(target)
        assert (check.changed, check.missing, set(check.altered), check.holds) == ((), (), set(told), True)
        changed.content += b"somebody wrote in it"
        drive.filled(changed, changed.content, "2026-11-21T00:00:00Z")
        check = alone.verify(target)
        assert (check.changed, check.holds) == (("Avtal/Offert.docx",), False)
        target.remove("Budget.XLSX")
        assert alone.verify(target).recycled == ("Budget.XLSX",)
    write_workload_manifest(tmp_path, alone.ledger, workload)
    rows = [json.loads(line) for line in (tmp_path / "share-files.jsonl").read_text().splitlines()]
    assert any(row["key"] == "stor.docx" and ALTERED in json.dumps(row) for row in rows)


def test_another_pass_has_nothing_to_do(alone: Alone, source: MemoryStore, opened: Opener, drive: Drive) -> None:
    sync(alone, source, opened)
    before = {one.id: one.content_version for one in drive.items.values()}
    account = sync(alone, source, opened)
    assert (account.moved_now, account.failed) == (0, 0)
    assert {one.id: one.content_version for one in drive.items.values()} == before
    assert not [one.name for one in drive.items.values() if is_partial(one.name)]


def test_a_new_version_takes_the_place_of_an_altered_one(
    alone: Alone, source: MemoryStore, opened: Opener, drive: Drive
) -> None:
    sync(alone, source, opened)
    with source.write("Budget.XLSX") as file:
        file.write(b"PK budget 2")
    account = sync(alone, source, opened)
    assert account.failed == 0
    found = drive.at(drive.root, "Budget.XLSX")
    assert found is not None
    assert found.content == b"PK budget 2" + PROMOTED
    assert [one.name for one in drive.bin] == ["Budget.XLSX"], "the old one can be brought back"


def test_a_pass_that_died_after_the_rename_knows_its_own(
    alone: Alone, source: MemoryStore, opened: Opener, drive: Drive
) -> None:
    """The ledger says announced, the library has an altered document: not taken for somebody else's."""
    sync(alone, source, opened)
    with alone.ledger.writing() as connection:
        connection.execute(
            update(item)
            .where(item.c.key == "Budget.XLSX")
            .values(
                state="started",
                intent="put",
                target_ref=None,
                origin=None,
                verified=None,
                done_pass=None,
                code=None,
                detail=None,
            )
        )
    account = sync(alone, source, opened)
    assert account.failed == 0
    with opened() as target:
        assert alone.verify(target).holds
