"""A remembered listing of Dropbox is what a full listing is, whatever changed meanwhile."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from skyflytt.errors.base import Permanent
from skyflytt.files.dropbox import DropboxStore, open_dropbox
from skyflytt.files.feed import FeedEndedError
from skyflytt.files.port import Entry, EntryKind
from skyflytt.files.remembered import Remembered
from tests.files.dropbox.conftest import team
from tests.files.sharepoint.test_remembered import told
from tests.real.dropbox_simulator import SECRETS, Simulated

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
NAMES = ("a", "B", "Avtal", "å #1", "c d")


def remembered(store: DropboxStore, file: Path, name: str) -> tuple[list[tuple[object, ...]], str]:
    with Remembered(file, store.change_feed()) as kept:
        kept.bring_up_to_date(name, NOW)
        kept.complete()
        return told(kept.scan()), kept.name


def change(store: DropboxStore, random: Random) -> None:
    """As people do; what cannot be is refused."""
    there = [one for one in store.scan() if isinstance(one, Entry)]
    folders = ["", *(f"{one.path}/" for one in there if one.kind is EntryKind.FOLDER)]
    path = random.choice(folders) + random.choice(NAMES)
    act = random.randrange(5)
    with suppress(Permanent):
        if act == 0 or not there:
            store.make_folder(path)
        elif act == 1:
            with store.write(path) as file:
                file.write(random.randbytes(6))
        elif act == 2:
            store.remove(random.choice(there).path)
        else:
            store.rename(random.choice(there).path, path)


@pytest.mark.parametrize("seed", [3])
def test_it_is_what_a_full_listing_is(simulated: Simulated, store: DropboxStore, tmp_path: Path, seed: int) -> None:
    simulated.change(page=3)
    random, name = Random(seed), ""
    for _ in range(4):
        for _ in range(random.randrange(2, 6)):
            change(store, random)
        found, name = remembered(store, tmp_path / "l.sqlite", name)
        assert found == told(store.scan())


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(100, 110))
def test_it_is_so_for_long(simulated: Simulated, store: DropboxStore, tmp_path: Path, seed: int) -> None:
    simulated.change(page=4)
    random, name = Random(seed), ""
    for _ in range(20):
        for _ in range(random.randrange(10)):
            change(store, random)
        found, name = remembered(store, tmp_path / "l.sqlite", name)
        assert found == told(store.scan())


def test_nothing_changed_is_two_requests(simulated: Simulated, store: DropboxStore, tmp_path: Path) -> None:
    for path in ("a/b/c", "a/d", "Å/e"):
        with store.write(path) as file:
            file.write(b"x")
    before, name = remembered(store, tmp_path / "l.sqlite", "")
    assert len(before) == 6
    simulated.requests()
    assert remembered(store, tmp_path / "l.sqlite", name) == (before, name)
    asked = simulated.requests()
    assert asked == {"files/get_metadata": 1, "files/list_folder/continue": 1}


def test_a_cursor_that_is_forgotten_begins_anew(simulated: Simulated, store: DropboxStore, tmp_path: Path) -> None:
    store.make_folder("a")
    before, name = remembered(store, tmp_path / "l.sqlite", "")
    simulated.fault("forget-cursors", route="files/list_folder/continue")
    again = remembered(store, tmp_path / "l.sqlite", name)
    assert again[0] == before
    assert again[1] != name
    feed = store.change_feed()
    with pytest.raises(FeedEndedError):
        feed.since("sim-cursor-none")


def test_what_has_no_bytes_or_is_closed_is_remembered_too(simulated: Simulated, tmp_path: Path) -> None:
    """A document of Dropbox's own, and a folder that may not be looked into."""
    with open_dropbox(team(simulated), SECRETS["team"]) as top:
        full = told(top.scan())
        assert sorted(one[0] for one in full if isinstance(one[1], str)) == ["Papper/Protokoll.paper", "Stängt/"]
        first, name = remembered(top, tmp_path / "l.sqlite", "")
        simulated.requests()
        assert remembered(top, tmp_path / "l.sqlite", name) == (first, name)
        assert simulated.requests() == {"files/list_folder/continue": 1}
    assert first == full
