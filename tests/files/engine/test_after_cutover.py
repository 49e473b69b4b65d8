"""After the cutover the target is the customer's: things are added, and nothing is changed or removed by any path."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from skyflytt.errors.connection import ConnectionLost
from skyflytt.errors.ledger import AppendOnly, SourceReadOnly
from skyflytt.files.copy import is_partial
from skyflytt.files.guard import AppendAfterCutover, ReadOnly
from skyflytt.files.memory import MemoryStore
from skyflytt.ledger.schema import Mode, State
from tests.files.engine.shares import MORNING, Odd, Share, content, put, tree


@pytest.fixture
def live(share: Share) -> Share:
    for name in ("a", "b", "c", "mapp/d"):
        put(share.source, name, name.encode())
    share.run()
    share.cut_over()
    return share


def unchanged(share: Share, before: dict[str, object]) -> bool:
    now = tree(share.target)
    return all(now[key] == value for key, value in before.items())


def test_new_files_are_added(live: Share) -> None:
    before = tree(live.target)
    put(live.source, "mapp/ny", b"n", 1)
    account = live.run()
    assert (account.mode, account.moved_now) == (Mode.APPEND, 1)
    assert tree(live.target) == tree(live.source)
    assert unchanged(live, before)


def test_changed_files_are_skipped_with_their_reason(live: Share) -> None:
    before = tree(live.target)
    put(live.source, "a", b"changed", 1)
    for _ in range(2):
        account = live.run()
        assert (account.moved, account.skipped, account.moved_now) == (4, 1, 0)
        assert live.codes(State.SKIPPED) == {"a": "files.changed-after-cutover"}
        assert tree(live.target) == before


def test_a_touched_file_is_left_as_it_is(live: Share) -> None:
    before = tree(live.target)
    put(live.source, "a", b"a", 9)
    assert live.run().moved == 5
    assert tree(live.target) == before


def test_gone_files_are_kept_even_all_of_them(live: Share) -> None:
    before = tree(live.target)
    for path in ("a", "b", "c", "mapp/d", "mapp"):
        live.source.remove(path)
    assert live.run().source == 0
    assert tree(live.target) == before


def test_a_moved_file_is_added_at_its_new_place(live: Share) -> None:
    before = tree(live.target)
    live.source.rename("a", "ny/a2", MORNING)
    assert live.run().failed == 0
    assert unchanged(live, before)
    assert content(live.target, "ny/a2") == b"a"


def test_what_the_customer_put_there_is_not_overwritten(live: Share) -> None:
    put(live.source, "new", b"ours", 1)
    put(live.target, "new", b"theirs", 2)
    before = tree(live.target)
    assert live.run().failed == 1
    assert tree(live.target) == before


def test_a_file_that_the_customer_removed_and_that_changed_comes_again(live: Share) -> None:
    live.target.remove("a")
    put(live.source, "a", b"changed", 1)
    assert live.run().failed == 0
    assert tree(live.target) == tree(live.source)


def test_a_file_that_became_a_folder_harms_nothing(live: Share) -> None:
    before = tree(live.target)
    live.source.remove("a")
    put(live.source, "a/in", b"i")
    assert live.run().failed == 2
    assert tree(live.target) == before
    assert not any(map(is_partial, tree(live.target)))


def test_a_move_that_was_pending_at_the_cutover_becomes_a_copy(share: Share) -> None:
    for name in ("a", "c"):
        put(share.source, name, name.encode())
    share.run()
    share.source.rename("a", "b", MORNING)
    inner, share.target = share.target, Odd(share.target)

    def lost(*_: object) -> Iterator[None]:
        raise ConnectionLost("server", "reset")

    share.target.rename = lost
    with pytest.raises(ConnectionLost):
        share.run()
    share.target = inner
    share.cut_over()
    assert share.run().failed == 0
    assert {key: content(inner, key) for key in tree(inner)} == {"a": b"a", "b": b"a", "c": b"c"}
    assert share.run().moved_now == 0


def test_what_the_guard_lets_through() -> None:
    store = MemoryStore()
    mode = Mode.MIRROR
    guarded = AppendAfterCutover(store, lambda: mode)
    for name in ("a", "b", ".skyflytt-0123456789abcdef.part", ".skyflytt-1123456789abcdef.part"):
        put(guarded, name, b"x")
    guarded.rename("b", "c")
    mode = Mode.APPEND
    before = tree(store)
    for forbidden in (
        lambda: guarded.remove("a"),
        lambda: guarded.rename("a", "z"),
        lambda: guarded.rename("a", "c"),
        lambda: guarded.rename(".skyflytt-0123456789abcdef.part", "a"),
        lambda: guarded.write("a"),
        lambda: guarded.write("a", 1),
        lambda: guarded.remove(".skyflytt-notes.part"),
        lambda: guarded.remove("x.part"),
    ):
        with pytest.raises(AppendOnly):
            forbidden()
    assert tree(store) == before
    guarded.rename(".skyflytt-0123456789abcdef.part", "new")
    guarded.remove(".skyflytt-1123456789abcdef.part")
    guarded.make_folder("folder")
    assert set(tree(store)) == {"a", "c", "folder/", "new"}


def test_a_source_is_never_written_to() -> None:
    store = MemoryStore()
    put(store, "a", b"a")
    source = ReadOnly(store)
    for forbidden in (
        lambda: source.remove("a"),
        lambda: source.rename("a", "b"),
        lambda: source.write("a"),
        lambda: source.make_folder("m"),
    ):
        with pytest.raises(SourceReadOnly):
            forbidden()
    assert set(tree(store)) == {"a"}
