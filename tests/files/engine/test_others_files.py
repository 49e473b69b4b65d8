"""What was at the target before, or came from somebody else, is adopted or respected, and never removed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import pytest

from skyflytt.errors.ledger import TooManyGone
from skyflytt.ledger.schema import Mode, Origin, State
from tests.files.engine.shares import Share, content, put, tree


def test_an_identical_file_is_adopted_and_never_removed(share: Share) -> None:
    put(share.source, "a.txt", b"a")
    put(share.source, "b.txt", b"b")
    put(share.target, "a.txt", b"a", 7)
    assert share.run().moved == 2
    assert share.item("a.txt").origin is Origin.FOUND
    before = tree(share.target)["a.txt"]
    share.source.remove("a.txt")
    share.run()
    assert tree(share.target)["a.txt"] == before


def test_an_adopted_file_that_changes_is_not_overwritten(share: Share) -> None:
    put(share.source, "a.txt", b"a")
    put(share.target, "a.txt", b"a")
    share.run()
    put(share.source, "a.txt", b"b", 2)
    assert share.run().failed == 1
    assert share.codes() == {"a.txt": "files.target-occupied"}
    assert content(share.target, "a.txt") == b"a"


@pytest.mark.parametrize("there", [b"x", b"other"])
def test_another_file_at_the_place_is_left_untouched(share: Share, there: bytes) -> None:
    put(share.source, "a.txt", b"a")
    put(share.target, "a.txt", there, 3)
    before = tree(share.target)
    for _ in range(2):
        account = share.run()
        assert (account.moved, account.failed) == (0, 1)
        assert share.codes() == {"a.txt": "files.target-occupied"}
        assert tree(share.target) == before
    share.target.remove("a.txt")
    assert share.run().moved_now == 1


def test_a_foreign_folder_where_a_file_should_be(share: Share) -> None:
    put(share.source, "a", b"a")
    share.target.make_folder("a")
    assert share.run().failed == 1
    assert tree(share.target) == {"a/": None}


def test_a_foreign_file_keeps_its_folder(share: Share) -> None:
    put(share.source, "mapp/a.txt", b"a")
    put(share.source, "b.txt", b"b")
    share.run()
    put(share.target, "mapp/kundens.txt", b"k")
    share.source.remove("mapp/a.txt")
    share.source.remove("mapp")
    for _ in range(2):
        account = share.run()
        assert (account.source, account.failed) == (1, 0)
        assert set(tree(share.target)) == {"b.txt", "mapp/", "mapp/kundens.txt"}
    share.target.remove("mapp/kundens.txt")
    share.run()
    assert tree(share.target) == tree(share.source)


def test_a_file_that_comes_to_the_place_meanwhile_is_not_overwritten(share: Share) -> None:
    put(share.source, "a.txt", b"ours")
    inner = share.target

    class Racing:
        def __getattr__(self, name: str) -> Any:
            return getattr(inner, name)

        @contextmanager
        def write(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
            with inner.write(path, offset) as stream:
                yield stream
            put(inner, "a.txt", b"the customer's")

    share.target = Racing()
    assert share.run().failed == 1
    assert share.codes() == {"a.txt": "files.target-occupied"}
    assert {key: content(inner, key) for key in tree(inner)} == {"a.txt": b"the customer's"}


def test_a_folder_in_place_of_a_removed_copy_is_not_taken_for_it(share: Share) -> None:
    put(share.source, "a", b"a")
    put(share.source, "b", b"b")
    share.run()
    share.target.remove("a")
    share.target.make_folder("a")
    share.source.remove("a")
    share.run()
    assert set(tree(share.target)) == {"a/", "b"}


def test_a_copy_that_was_removed_at_the_target_is_made_again_when_it_moves(share: Share) -> None:
    put(share.source, "a", b"a")
    put(share.source, "c", b"c")
    share.run()
    share.target.remove("a")
    share.source.rename("a", "b")
    assert share.run().failed == 0
    assert tree(share.target) == tree(share.source)


@pytest.mark.parametrize("files", [1, 5, 60])
def test_an_empty_source_removes_nothing(share: Share, files: int) -> None:
    for number in range(files):
        put(share.source, f"{number}.txt", b"x")
    share.run()
    before = tree(share.target)
    for number in range(files):
        share.source.remove(f"{number}.txt")
    for _ in range(2):
        with pytest.raises(TooManyGone):
            share.run()
        assert tree(share.target) == before
    share.removal_limit = 1.0
    share.run()
    assert tree(share.target) == {}


def test_too_many_gone_writes_nothing_at_all(share: Share) -> None:
    for number in range(60):
        put(share.source, f"{number}.txt", b"x")
    share.run()
    before = tree(share.target)
    for number in range(59):
        share.source.remove(f"{number}.txt")
    put(share.source, "from another share.txt", b"!")
    with pytest.raises(TooManyGone):
        share.run()
    assert tree(share.target) == before


def test_many_changes_do_not_make_a_few_removals_suspicious(share: Share) -> None:
    for number in range(70):
        put(share.source, f"{number:02}.txt", b"x")
    share.run()
    for number in range(22):
        share.source.remove(f"{number:02}.txt")
    for number in range(22, 70):
        put(share.source, f"{number:02}.txt", b"changed", 1)
    share.run()
    assert tree(share.target) == tree(share.source)


def test_a_pending_move_does_not_take_the_copy_of_a_file_that_came_back(share: Share) -> None:
    """`a` moved to `b`; the move at the target fails; then `a` is there again: two files, two copies."""
    put(share.source, "a", b"a")
    put(share.source, "c", b"c")
    share.run()
    share.source.rename("a", "b")
    put(share.target, "b", b"in the way")
    assert share.run().failed == 1
    put(share.source, "a", b"a")
    account = share.run()
    assert share.codes() == {"a": "files.target-occupied", "b": "files.target-occupied"}
    assert account.failed == 2
    share.target.remove("b")
    assert share.run().failed == 0
    assert tree(share.target) == tree(share.source)
    assert share.run().mode is Mode.MIRROR


def test_a_pending_move_that_succeeds_makes_room_in_the_same_pass(share: Share) -> None:
    put(share.source, "a", b"a")
    put(share.source, "c", b"c")
    share.run()
    share.source.rename("a", "b")
    put(share.target, "b", b"in the way")
    share.run()
    share.target.remove("b")
    put(share.source, "a", b"another", 2)
    assert share.run().failed == 0
    assert tree(share.target) == tree(share.source)
    assert share.states() == {"a": State.DONE, "b": State.DONE, "c": State.DONE}


@pytest.mark.parametrize("now", [b"b", b"another"])
def test_a_file_that_changes_while_its_move_is_pending_arrives_as_it_is_then(share: Share, now: bytes) -> None:
    """The copy that waits to be moved has the bytes of before."""
    put(share.source, "a", b"a")
    put(share.source, "c", b"c")
    share.run()
    share.source.rename("a", "b")
    put(share.target, "b", b"in the way")
    assert share.run().failed == 1
    put(share.source, "b", now, 3)
    share.target.remove("b")
    assert share.run().failed == 0
    assert tree(share.target) == tree(share.source)
    assert share.run().moved_now == 0
