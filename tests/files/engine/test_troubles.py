"""What cannot be read, changes under us, or arrives altered: recorded with its reason, nothing lost for it, and healed later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, BinaryIO

import pytest

from skyflytt.errors.connection import ConnectionLost
from skyflytt.errors.files import FileInUse, PathMissing, PathRefused, TargetFull
from skyflytt.files.below import Below
from skyflytt.files.copy import RESUME_FROM_BYTES, is_partial
from skyflytt.files.port import Entry, EntryKind, ScanFailure
from skyflytt.files.stream import writing
from skyflytt.files.transfer import TRIES
from skyflytt.ledger.schema import State
from tests.files.engine.shares import MORNING, Odd, Share, put, tree


def odd(share: Share) -> Odd:
    share.source = Odd(share.source)
    put(share.source, "a.txt", b"a")
    put(share.source, "p/q/b.txt", b"bb", 1)
    put(share.source, "p/c.txt", b"ccc", 2)
    put(share.source, "p-/d.txt", b"dddd", 3)
    return share.source


class Target:
    """Writes go through `put`, which may alter them."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.written = 0
        self.stop_after: int | None = None
        self.alter: bytes | None = None
        self.full = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    @contextmanager
    def write(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        with self.inner.write(path, offset) as stream:

            def put(data: memoryview) -> None:
                if self.stop_after is not None and self.written >= self.stop_after:
                    raise TargetFull(path, "quota") if self.full else ConnectionLost(path, "reset")
                self.written += len(data)
                stream.write(data if self.alter is None else self.alter)

            yield writing(put)


def test_links_and_sockets_are_skipped_with_their_reason(share: Share) -> None:
    source = odd(share)
    source.extra = [
        Entry("genväg", EntryKind.SYMLINK, 0, MORNING),
        Entry("p/uttag", EntryKind.OTHER, 0, MORNING),
    ]
    account = share.run()
    assert (account.source, account.moved, account.skipped) == (9, 7, 2)
    assert share.codes(State.SKIPPED) == dict.fromkeys(("genväg", "p/uttag"), "files.kind-not-copied")
    assert share.run().moved_now == 0


@pytest.mark.parametrize("folder", [True, False], ids=["a folder", "not even known to be one"])
def test_below_an_unreadable_folder_nothing_is_removed(share: Share, folder: bool) -> None:
    source = odd(share)
    share.run()
    before = tree(share.target)
    source.unlisted["p"] = ScanFailure("p", PathRefused("p", "permission denied"), folder)
    source.unlisted["p-"] = ScanFailure("p-", PathRefused("p-", "permission denied"), folder)
    for _ in range(2):
        account = share.run()
        assert (account.source, account.moved, account.failed) == ((7, 1, 6) if folder else (9, 1, 8))
        assert set(share.codes().values()) == {"files.path-refused"}
        assert tree(share.target) == before
    source.unlisted.clear()
    source.store.remove("p/c.txt")
    account = share.run()
    assert (account.source, account.failed) == (6, 0)
    assert tree(share.target) == tree(share.source)
    assert share.run().moved_now == 0


def test_a_folder_that_never_could_be_read_heals(share: Share) -> None:
    source = odd(share)
    source.unlisted["p"] = ScanFailure("p", PathRefused("p", "permission denied"), True)
    account = share.run()
    assert (account.source, account.failed) == (4, 1)
    source.unlisted.clear()
    assert share.run().moved_now == 4
    assert tree(share.target) == tree(share.source)


def test_a_file_that_cannot_be_read_fails_alone(share: Share) -> None:
    source = odd(share)
    source.unreadable = {"p/c.txt": PathRefused("p/c.txt", "permission denied")}
    account = share.run()
    assert (account.moved, account.failed) == (6, 1)
    assert share.codes() == {"p/c.txt": "files.path-refused"}
    assert not any(map(is_partial, tree(share.target)))
    source.unreadable = {}
    assert share.run().moved_now == 1
    assert tree(share.target) == tree(share.source)


def test_a_lost_connection_ends_the_pass_and_the_next_goes_on(share: Share) -> None:
    source = odd(share)
    source.unreadable = {"p/c.txt": ConnectionLost("server", "reset")}
    with pytest.raises(ConnectionLost):
        share.run()
    source.unreadable = {}
    account = share.run()
    assert (account.moved, account.failed) == (7, 0)
    assert tree(share.target) == tree(share.source)


@pytest.mark.parametrize("now", [b"other!", b"x", b"longer than it was listed"])
def test_a_file_that_changes_once_while_it_is_read_is_taken_as_it_is_then(share: Share, now: bytes) -> None:
    source = odd(share)
    put(share.source, "live.db", b"before", 4)
    source.while_read = {"live.db": lambda: put(source.store, "live.db", now, 6)}
    assert share.run().failed == 0
    assert tree(share.target) == tree(share.source)
    assert share.run().moved_now == 0


def test_a_file_that_never_stands_still_fails_in_the_end(share: Share) -> None:
    source = odd(share)
    put(share.source, "live.db", b"before", 4)
    versions = iter(range(5, 50))

    def change() -> None:
        put(source.store, "live.db", b"again", next(versions))
        source.while_read = {"live.db": change}

    source.while_read = {"live.db": change}
    account = share.run()
    assert (account.moved, account.failed) == (7, 1)
    assert share.codes() == {"live.db": "files.changing"}
    assert next(versions) == 5 + TRIES
    assert "live.db" not in tree(share.target)
    assert not any(map(is_partial, tree(share.target)))
    source.while_read = {}
    assert share.run().failed == 0
    assert tree(share.target) == tree(share.source)


def test_a_locked_file_is_tried_again_and_then_told_by_its_code(share: Share) -> None:
    source = odd(share)
    source.unreadable = {"p/c.txt": FileInUse("p/c.txt", "sharing violation")}
    account = share.run()
    assert (account.moved, account.failed) == (6, 1)
    assert share.codes() == {"p/c.txt": "files.in-use"}
    assert share.item("p/c.txt").attempts == TRIES
    source.unreadable = {}
    assert share.run().failed == 0


def test_a_file_that_goes_away_while_it_is_read(share: Share) -> None:
    source = odd(share)
    source.while_read = {"a.txt": lambda: source.store.remove("a.txt")}
    account = share.run()
    assert account.failed == 1
    assert not any(map(is_partial, tree(share.target)))
    assert share.run().source == 6
    assert tree(share.target) == tree(share.source)


@pytest.mark.parametrize("altered", [b"A", b"", b"aa"])
def test_an_altered_or_truncated_copy_never_gets_its_name(share: Share, altered: bytes) -> None:
    target = share.target = Target(share.target)
    put(share.source, "a.txt", b"a")
    target.alter = altered
    assert share.run().failed == 1
    assert share.codes() == {"a.txt": "files.copy-altered"}
    assert tree(share.target) == {}
    target.alter = None
    assert share.run().moved_now == 1
    assert tree(share.target) == tree(share.source)


def test_an_altered_copy_leaves_the_older_one_in_place(share: Share) -> None:
    target = share.target = Target(share.target)
    put(share.source, "a.txt", b"old")
    share.run()
    before = tree(share.target)
    put(share.source, "a.txt", b"new version", 1)
    target.alter = b"garbage"
    assert share.run().failed == 1
    assert tree(share.target) == before


@pytest.mark.parametrize("full", [False, True])
def test_a_large_file_goes_on_where_it_stopped(share: Share, full: bool) -> None:
    target = share.target = Target(share.target)
    big = bytes(range(251)) * (RESUME_FROM_BYTES // 251 + 40_000)
    put(share.source, "stor.bin", big, 1)
    target.stop_after, target.full = len(big) // 2, full
    with pytest.raises(TargetFull if full else ConnectionLost):
        share.run()
    first = target.written
    target.stop_after = None
    share.run()
    assert len(big) // 2 <= first < len(big)
    assert target.written == len(big)
    assert tree(share.target) == tree(share.source)


def test_a_damaged_beginning_of_a_large_file_is_found_and_sent_anew(share: Share) -> None:
    target = share.target = Target(share.target)
    big = b"x" * (RESUME_FROM_BYTES + 300_000)
    put(share.source, "stor.bin", big, 1)
    target.stop_after = len(big) // 2
    with pytest.raises(ConnectionLost):
        share.run()
    (partial,) = filter(is_partial, tree(target.inner))
    with target.inner.write(partial) as stream:
        stream.write(b"y" * 5_000_000)
    target.stop_after = None
    assert share.run().failed == 0
    assert tree(share.target) == tree(share.source)


def test_what_was_left_of_an_older_version_is_cleaned_up(share: Share) -> None:
    """Also when the next pass was cut off before it came to that file."""
    target = share.target = Target(share.target)
    put(share.source, "a.txt", b"a")
    big = b"x" * (RESUME_FROM_BYTES + 300_000)
    put(share.source, "stor.bin", big, 1)
    target.stop_after = len(big) // 2
    with pytest.raises(ConnectionLost):
        share.run()
    assert any(map(is_partial, tree(share.target)))
    put(share.source, "a.txt", b"b", 2)
    target.stop_after = 0
    with pytest.raises(ConnectionLost):
        share.run()
    target.stop_after = None
    put(share.source, "stor.bin", b"smaller now", 2)
    share.run()
    assert tree(share.target) == tree(share.source)


def test_a_first_pass_that_was_cut_off_before_the_target_had_a_folder(share: Share) -> None:
    odd(share).unreadable = {"a.txt": ConnectionLost("server", "reset")}
    share.target = Below(share.target, "Gemensam")
    with pytest.raises(ConnectionLost):
        share.run()
    share.source.unreadable = {}
    assert share.run().failed == 0
    assert tree(share.target) == tree(share.source)


def test_a_missing_source_folder_removes_nothing(share: Share) -> None:
    odd(share)
    share.run()
    before = tree(share.target)

    def missing(below: str = "") -> Iterator[Entry]:
        raise PathMissing("Gemensam", "no such folder")
        yield

    share.source.scan = missing
    with pytest.raises(PathMissing):
        share.run()
    assert tree(share.target) == before


def test_a_scan_that_breaks_off_removes_nothing(share: Share) -> None:
    source = odd(share)
    share.run()
    before = tree(share.target)
    whole = source.scan

    def breaking(below: str = "") -> Iterator[Entry | ScanFailure]:
        yield from list(whole(below))[:2]
        raise ConnectionLost("server", "reset")

    source.scan = breaking  # type: ignore[method-assign]
    with pytest.raises(ConnectionLost):
        share.run()
    assert tree(share.target) == before
    source.scan = whole  # type: ignore[method-assign]
    assert share.run().moved == 7


def test_times_are_kept_to_the_step_that_the_target_has(share: Share) -> None:
    put(share.source, "a.txt", b"a")
    share.source.rename("a.txt", "a.txt", MORNING + timedelta(microseconds=123_456))
    share.run()
    assert tree(share.target) == tree(share.source)
    assert share.run().moved_now == 0
