"""A remembered listing of a library is what a full listing is, whatever changed meanwhile, and whenever the process was killed."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from skyflytt.files.feed import Told
from skyflytt.files.port import Entry, FileStore, ScanFailure
from skyflytt.files.remembered import LONGEST, Remembered
from skyflytt.files.sharepoint import SharepointStore
from skyflytt.files.sharepoint.changes import LibraryFeed
from skyflytt.sandbox.servers.graph.drive_state import Drive, DriveItem
from tests.files.sharepoint.conftest import Opener
from tests.graph.simulator import Simulator

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
NAMES = ("a", "b", "Avtal", "å #1", "c d", "Z", "x.docx", "läs.txt")


class Library:
    """A drive that is changed as people do."""

    def __init__(self, drive: Drive, seed: int) -> None:
        self.drive = drive
        self.random = Random(seed)
        self.hour = 0

    def change(self) -> None:
        acts = (self.create, self.create, self.fill, self.rename, self.move, self.move, self.delete, self.restore)
        self.random.choice(acts)()

    def create(self) -> None:
        folder, name = self._folder(), self.random.choice(NAMES)
        if self.drive.child(folder, name) is None:
            made = self.drive.made(folder, name, self._time(), is_folder=self.random.random() < 0.5)
            if not made.is_folder:
                self.drive.filled(made, self.random.randbytes(5), self._time())

    def fill(self) -> None:
        item = self._any()
        if item is not None and not item.is_folder:
            self.drive.filled(item, self.random.randbytes(9), self._time())

    def rename(self) -> None:
        item, name = self._any(), self.random.choice(NAMES)
        if item is not None and self.drive.child(self.drive.items[item.parent], name) is None:
            item.name = name
            self.drive.changed(item)

    def move(self) -> None:
        item, to = self._any(), self._folder()
        if item is not None and to not in self.drive.below(item) and self.drive.child(to, item.name) is None:
            item.parent = to.id
            self.drive.changed(item)

    def delete(self) -> None:
        item = self._any()
        if item is not None:
            self.drive.recycle(item, self._time())

    def restore(self) -> None:
        if not self.drive.bin:
            return
        kept = self.random.choice(self.drive.bin)
        above = self.drive.items.get(kept.items[0].parent)
        if above is not None and self.drive.child(above, kept.items[0].name) is None:
            self.drive.restore(kept)

    def _time(self) -> str:
        self.hour += 1
        return (NOW + timedelta(hours=self.hour)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _any(self) -> DriveItem | None:
        there = [one for one in self.drive.items.values() if one.id != self.drive.root.id]
        return self.random.choice(there) if there else None

    def _folder(self) -> DriveItem:
        return self.random.choice([one for one in self.drive.items.values() if one.is_folder])


def remembered(store: FileStore, file: Path, name: str, now: datetime = NOW) -> tuple[list[tuple[object, ...]], str]:
    """What is given, and what the listing is called."""
    with Remembered(file, store.change_feed()) as kept:  # type: ignore[attr-defined]
        kept.bring_up_to_date(name, now)
        kept.complete()
        return told(kept.scan()), kept.name


def told(scan: Iterator[Entry | ScanFailure]) -> list[tuple[object, ...]]:
    """With what the comparison of entries leaves out."""
    return [
        (one.key, one, one.token) if isinstance(one, Entry) else (one.key, str(one.failure), one.folder) for one in scan
    ]


def some(drive: Drive, count: int = 3) -> None:
    for index in range(count):
        folder = drive.made(drive.root, f"mapp {index}", "2026-01-01T00:00:00Z", is_folder=True)
        for number in range(count):
            drive.filled(drive.made(folder, f"fil {number}", "", is_folder=False), b"x", "2026-01-01T00:00:00Z")


@pytest.mark.parametrize("seed", range(3))
def test_it_is_what_a_full_listing_is(opened: Opener, ruled: Callable[..., Drive], tmp_path: Path, seed: int) -> None:
    library = Library(ruled(page=3), seed)
    name = ""
    with opened() as store:
        for _ in range(10):
            for _ in range(library.random.randrange(6)):
                library.change()
            found, name = remembered(store, tmp_path / "l.sqlite", name)
            assert found == told(store.scan())


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(100, 130))
def test_it_is_so_for_long(opened: Opener, ruled: Callable[..., Drive], tmp_path: Path, seed: int) -> None:
    library = Library(ruled(page=4, forget_changes=40), seed)
    name = ""
    with opened() as store:
        for _ in range(25):
            for _ in range(library.random.randrange(12)):
                library.change()
            found, name = remembered(store, tmp_path / "l.sqlite", name)
            assert found == told(store.scan())


def test_late_changes_come_with_a_later_pass(opened: Opener, ruled: Callable[..., Drive], tmp_path: Path) -> None:
    library = Library(ruled(delta_lag=2), 7)
    name = ""
    with opened() as store:
        for _ in range(5):
            for _ in range(5):
                library.change()
            _, name = remembered(store, tmp_path / "l.sqlite", name)
        for _ in range(4):
            found, name = remembered(store, tmp_path / "l.sqlite", name)
        assert found == told(store.scan())


def test_nothing_changed_is_one_request(graph: Simulator, store: SharepointStore, drive: Drive, tmp_path: Path) -> None:
    some(drive)
    before, name = remembered(store, tmp_path / "l.sqlite", "")
    assert len(before) == 12
    graph.site.asked.clear()
    assert remembered(store, tmp_path / "l.sqlite", name) == (before, name)
    assert len(graph.site.asked) == 1


@pytest.mark.heavy
def test_nothing_changed_among_ten_thousand_files(
    graph: Simulator, store: SharepointStore, drive: Drive, tmp_path: Path
) -> None:
    for index in range(50):
        folder = drive.made(drive.root, f"mapp {index}", "2026-01-01T00:00:00Z", is_folder=True)
        for number in range(200):
            drive.made(folder, f"fil {number}", "2026-01-01T00:00:00Z", is_folder=False)
    before, name = remembered(store, tmp_path / "l.sqlite", "")
    assert len(before) == 10_050
    graph.site.asked.clear()
    assert remembered(store, tmp_path / "l.sqlite", name) == (before, name)
    assert len(graph.site.asked) == 1


def test_a_subfolder_alone(opened: Opener, drive: Drive, tmp_path: Path) -> None:
    some(drive)
    with opened(root="/mapp 1") as store:
        before, name = remembered(store, tmp_path / "l.sqlite", "")
        outside = drive.at(drive.root, "mapp 2")
        inside = drive.at(drive.root, "mapp 1")
        assert outside is not None
        assert inside is not None
        outside.parent = inside.id
        drive.changed(outside)
        found, _ = remembered(store, tmp_path / "l.sqlite", name)
        assert found == told(store.scan())
        assert len(found) == len(before) + 4


@pytest.mark.parametrize("reason", ["name", "age", "token", "place", "damaged", "a database of somebody else"])
def test_when_it_is_listed_anew(opened: Opener, ruled: Callable[..., Drive], tmp_path: Path, reason: str) -> None:
    drive, file, now = ruled(forget_changes=2), tmp_path / "l.sqlite", NOW
    some(drive)
    with opened() as store:
        _, name = remembered(store, file, "")
        if reason == "age":
            now += LONGEST + timedelta(seconds=1)
        elif reason == "token":
            for item in list(drive.items.values())[1:]:
                drive.changed(item)
        elif reason == "damaged":
            file.write_bytes(b"SQLite format 3\0" + b"nonsens" * 100)
        elif reason.startswith("a database"):
            file.unlink()
            with sqlite3.connect(file) as other:
                other.execute("CREATE TABLE about (something TEXT)")
    with opened(root="/mapp 1" if reason == "place" else "/") as store:
        found, another = remembered(store, file, "another" if reason == "name" else name, now)
        assert found == told(store.scan())
    assert another != name


@pytest.mark.parametrize("when", ["between pages", "before the token is safe", "while it is listed"])
def test_killed_at_any_moment(opened: Opener, ruled: Callable[..., Drive], tmp_path: Path, when: str) -> None:
    library = Library(ruled(page=2), 11)
    file = tmp_path / "l.sqlite"
    some(library.drive)
    with opened() as store:
        _, name = remembered(store, file, "")
    for _ in range(12):
        library.change()
    child = os.fork()
    if child == 0:
        die_in(opened, file, name, when)
        os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    with opened() as store:
        found, again = remembered(store, file, name)
        assert (found, again) == (told(store.scan()), name)


def die_in(opened: Opener, file: Path, name: str, when: str) -> None:
    class Dying(Remembered):
        def _forget(self, told: Told) -> None:
            super()._forget(told)
            if when == "before the token is safe":
                os.kill(os.getpid(), signal.SIGKILL)

        def _list(self, ref: str, tries: dict[str, int]) -> None:
            super()._list(ref, tries)
            if when == "while it is listed":
                os.kill(os.getpid(), signal.SIGKILL)

    class Feed(LibraryFeed):
        def _pages(self, token: str) -> Iterator[dict[str, object]]:  # type: ignore[override]
            for page in super()._pages(token):
                yield page  # type: ignore[misc]
                if when == "between pages":
                    os.kill(os.getpid(), signal.SIGKILL)

    with opened() as store:
        feed = store.change_feed()
        feed.__class__ = Feed
        with Dying(file, feed) as kept:
            kept.bring_up_to_date(name, NOW)
            kept.complete()
