"""What changed since a token, told late and in pages; tokens that are too old; and what is in the recycle bin."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from skyflytt.errors.files import PathMissing
from skyflytt.files.feed import FeedEndedError
from skyflytt.files.recycled import recycled
from skyflytt.files.sharepoint import SharepointStore
from skyflytt.files.sharepoint.recycle_bin import Fate, fates
from skyflytt.sandbox.servers.graph.drive_state import Drive, DriveItem
from tests.files.sharepoint.conftest import Opener


def put(store: SharepointStore, *paths: str) -> None:
    for path in paths:
        with store.write(path) as file:
            file.write(path.encode())


def at(drive: Drive, path: str) -> DriveItem:
    found = drive.at(drive.root, path)
    assert found is not None
    return found


def test_what_changed_is_told_by_ids(opened: Opener, ruled: Callable[..., Drive]) -> None:
    drive = ruled(page=2)
    with opened() as store:
        put(store, "a", "Avtal/2024/å #1", "c")
        feed = store.change_feed()
        token = feed.now()
        above, changed, gone = at(drive, "Avtal/2024"), at(drive, "Avtal/2024/å #1"), at(drive, "c")
        put(store, "Avtal/2024/å #1")
        store.remove("c")
        told = feed.since(token)
        assert {changed.id, gone.id} <= told.entries
        assert above.id in told.folders
        assert told.replaced == {gone.id}
        again = feed.since(told.token)
        assert (again.entries - {feed.top}, again.replaced) == (set(), set())


def test_a_folder_is_listed_by_its_id(store: SharepointStore, drive: Drive) -> None:
    put(store, "Avtal/a")
    feed, folder = store.change_feed("Avtal"), at(drive, "Avtal")
    assert feed.top == folder.id
    store.rename("Avtal", "Kontrakt")
    (found,) = feed.list_folder(feed.top)
    (_, listed) = store.scan()
    assert found.ref == at(drive, "Kontrakt/a").id
    assert found.listed.token == listed.token  # type: ignore[union-attr]
    with pytest.raises(PathMissing):
        store.change_feed("Avtal")


def test_changes_that_are_told_late_are_not_lost(opened: Opener, ruled: Callable[..., Drive]) -> None:
    drive = ruled(delta_lag=2)
    with opened() as store:
        feed = store.change_feed()
        token = feed.now()
        put(store, "sen")
        told = []
        for _ in range(4):
            since = feed.since(token)
            told.append(at(drive, "sen").id in since.entries)
            token = since.token
    assert told.count(True) == 1
    assert not told[0]


@pytest.mark.parametrize("token", ["", "nonsens"])
def test_a_token_that_is_too_old_or_none_ends_the_feed(opened: Opener, ruled: Callable[..., Drive], token: str) -> None:
    ruled(forget_changes=3)
    with opened() as store:
        feed = store.change_feed()
        token = token or feed.now()
        put(store, "a", "b", "c", "d", "e")
        with pytest.raises(FeedEndedError):
            feed.since(token)


def test_the_recycle_bin_is_not_the_end(store: SharepointStore, drive: Drive) -> None:
    put(store, "mapp/a", "b", "c")
    store.remove("b")
    store.remove("c")
    drive.bin.pop()
    put(store, "d")
    assert fates(store.client, store.library, ["b", "c", "aldrig"]) == {
        "b": Fate.RECYCLED, "c": Fate.GONE, "aldrig": Fate.GONE,
    }  # fmt: skip
    drive.recycle(at(drive, "mapp"), "2026-11-20T08:00:00Z")
    assert recycled(store, ["mapp/a", "b", "d"]) == {"mapp/a", "b"}


def test_without_a_site_nobody_can_look(opened: Opener) -> None:
    with opened(site=None, library=None, user="bengt@norrsken.example") as store:
        assert fates(store.client, store.library, ["x"]) == {"x": Fate.UNKNOWN}
