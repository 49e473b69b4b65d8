"""What changed since a token, told late and in pages; tokens that are too old; and what is in the recycle bin."""

from __future__ import annotations

from collections.abc import Callable

from skyflytt.files.recycled import recycled
from skyflytt.files.sharepoint import SharepointStore
from skyflytt.files.sharepoint.changes import changes, latest
from skyflytt.files.sharepoint.recycle_bin import Fate, fates
from skyflytt.sandbox.servers.graph.drive_state import Drive
from tests.files.sharepoint.conftest import Opener


def put(store: SharepointStore, *paths: str) -> None:
    for path in paths:
        with store.write(path) as file:
            file.write(path.encode())


def test_everything_and_then_what_changed(opened: Opener, ruled: Callable[..., Drive]) -> None:
    drive = ruled(page=2)
    with opened() as store:
        put(store, "a", "Avtal/2024/å #1", "c")
        first = changes(store.client, store.library)
        assert {entry.key for entry in first.changed} == {"a", "Avtal/", "Avtal/2024/", "Avtal/2024/å #1", "c"}
        assert (first.gone, first.anew) == ((), False)
        gone = drive.at(drive.root, "c")
        assert gone is not None
        put(store, "a")
        store.remove("c")
        since = changes(store.client, store.library, first.token)
        assert [entry.path for entry in since.changed] == ["a"]
        assert since.gone == (gone.id,)
        again = changes(store.client, store.library, since.token)
        assert (again.changed, again.gone) == ((), ())


def test_the_token_of_a_change_is_that_of_the_scan(store: SharepointStore) -> None:
    put(store, "a")
    (told,) = changes(store.client, store.library).changed
    (listed,) = store.scan()
    assert told == listed
    assert told.token == listed.token  # type: ignore[union-attr]


def test_changes_that_are_told_late_are_not_lost(opened: Opener, ruled: Callable[..., Drive]) -> None:
    ruled(delta_lag=2)
    with opened() as store:
        token = latest(store.client, store.library)
        put(store, "sen")
        told = []
        for _ in range(4):
            since = changes(store.client, store.library, token)
            told.append([entry.path for entry in since.changed])
            token = since.token
    assert told.count(["sen"]) == 1
    assert told[0] == []


def test_a_token_that_is_too_old_begins_anew(opened: Opener, ruled: Callable[..., Drive]) -> None:
    ruled(forget_changes=3)
    with opened() as store:
        token = latest(store.client, store.library)
        put(store, "a", "b", "c", "d", "e")
        store.remove("a")
        since = changes(store.client, store.library, token)
    assert since.anew
    assert {entry.path for entry in since.changed} == {"b", "c", "d", "e"}


def test_the_recycle_bin_is_not_the_end(store: SharepointStore, drive: Drive) -> None:
    put(store, "mapp/a", "b", "c")
    store.remove("b")
    store.remove("c")
    drive.bin.pop()
    put(store, "d")
    assert fates(store.client, store.library, ["b", "c", "aldrig"]) == {
        "b": Fate.RECYCLED, "c": Fate.GONE, "aldrig": Fate.GONE,
    }  # fmt: skip
    found = drive.at(drive.root, "mapp")
    assert found is not None
    drive.recycle(found, "2026-11-20T08:00:00Z")
    assert recycled(store, ["mapp/a", "b", "d"]) == {"mapp/a", "b"}


def test_without_a_site_nobody_can_look(opened: Opener) -> None:
    with opened(site=None, library=None, user="bengt@norrsken.example") as store:
        assert fates(store.client, store.library, ["x"]) == {"x": Fate.UNKNOWN}
