"""Passes over a library: the second one asks what changed, and takes nothing for gone by the feed's word alone."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from skyflytt.files.guard import ReadOnly
from skyflytt.files.kept_listing import forget
from skyflytt.files.memory import MemoryStore
from skyflytt.files.passes import SharePass
from skyflytt.files.sharepoint import SharepointStore
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Account
from skyflytt.ledger.workloads import Workload, ensure_workload
from skyflytt.sandbox.servers.graph.drive_state import Drive, DriveItem
from tests.faults.ledgers import PROJECT, copy_ledger, make_template, quick_folder
from tests.files.engine.shares import tree
from tests.graph.simulator import Simulator

TIME = "2026-11-20T08:00:00Z"


class Target(MemoryStore):
    """It keeps what was removed from it."""

    def __init__(self) -> None:
        super().__init__()
        self.removed: list[str] = []

    def remove(self, path: str) -> None:
        self.removed.append(path)
        super().remove(path)


@dataclass
class Move:
    ledger: Ledger
    workload: Workload
    source: SharepointStore
    target: Target
    file: Path

    def run(self) -> Account:
        return SharePass(
            self.ledger, self.workload, ReadOnly(self.source), self.target, removal_limit=1.0, remembered=self.file
        ).run()


@pytest.fixture
def moving(tmp_path: Path) -> Iterator[Callable[[SharepointStore], Move]]:
    with quick_folder() as folder:
        ledger = copy_ledger(make_template(folder), folder / "ledger.sqlite")
        workload = ensure_workload(ledger, PROJECT, "share", "projekt")
        yield lambda store: Move(ledger, workload, store, Target(), tmp_path / "listings" / "projekt.sqlite")
        ledger.engine.dispose()


def file(drive: Drive, folder: DriveItem, name: str, content: bytes = b"x") -> DriveItem:
    made = drive.made(folder, name, TIME, is_folder=False)
    drive.filled(made, content, TIME)
    return made


def filled(drive: Drive) -> DriveItem:
    folder = drive.made(drive.root, "Avtal", TIME, is_folder=True)
    for number in range(5):
        file(drive, folder, f"{number}.txt")
    return folder


def test_a_second_pass_asks_what_changed(
    graph: Simulator, store: SharepointStore, drive: Drive, moving: Callable[[SharepointStore], Move]
) -> None:
    folder, move = filled(drive), moving(store)
    assert move.run().moved_now == 6
    graph.site.asked.clear()
    again = move.run()
    assert (again.source, again.moved_now) == (6, 0)
    assert len(graph.site.asked) == 1
    folder.name = "Kontrakt"
    drive.changed(folder)
    drive.recycle(drive.child(folder, "0.txt"), TIME)  # type: ignore[arg-type]
    file(drive, folder, "ny.txt", b"ny")
    last = move.run()
    assert (last.source, last.failed) == (6, 0)
    assert tree(move.target) == tree(store)


@pytest.mark.parametrize("lost", ["1.txt", "Avtal"])
def test_what_is_there_is_not_taken_for_gone(
    store: SharepointStore, drive: Drive, moving: Callable[[SharepointStore], Move], lost: str
) -> None:
    """However it came that the remembered listing does not have it."""
    filled(drive)
    move = moving(store)
    move.run()
    with contextlib.closing(sqlite3.connect(move.file)) as listing, listing:
        assert listing.execute("DELETE FROM entry WHERE name = ?", (lost,)).rowcount == 1
    again = move.run()
    assert (again.source, again.moved, again.failed) == (6, 6, 0)
    assert tree(move.target) == tree(store)
    assert move.target.removed == []


def test_a_person_lets_everything_be_listed(
    graph: Simulator, store: SharepointStore, drive: Drive, moving: Callable[[SharepointStore], Move]
) -> None:
    folder, move = filled(drive), moving(store)
    move.run()
    # A change that is never told.
    late = file(drive, folder, "sen.txt")
    drive.changes[:] = [one for one in drive.changes if one[0] != late.id]
    drive.changes += [("", 0)] * 3
    assert move.run().moved_now == 0
    forget(move.ledger, move.workload)
    assert move.run().moved_now == 1
