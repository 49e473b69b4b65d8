"""What shows that a file changed; what is only touched or moved; and what mode append leaves as it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from skyflytt.errors.connection import ConnectionLost
from skyflytt.errors.files import PathRefused
from skyflytt.errors.ledger import AppendOnly
from skyflytt.files.detection import Detect
from skyflytt.files.guard import AppendAfterCutover, ReadOnly
from skyflytt.files.lanes import BIG_BYTES
from skyflytt.files.local import open_local
from skyflytt.files.passes import SharePass
from skyflytt.ledger import items
from skyflytt.ledger.passes import Account, last_account, running_pass
from skyflytt.ledger.schema import Intent, Mode, State
from skyflytt.ledger.workloads import ensure_workload
from tests.faults.ledgers import PROJECT, copy_ledger, quick_folder
from tests.files.engine.shares import MORNING, Odd, Share, content, put, tree


@pytest.fixture
def disk(template: Path) -> Iterator[tuple[Share, Path]]:
    with quick_folder() as folder, ExitStack() as opened:
        ledger = copy_ledger(template, folder / "ledger.sqlite")
        opened.callback(ledger.engine.dispose)
        for name in ("source", "target"):
            (folder / name).mkdir()
        source, target = (
            opened.enter_context(open_local(SimpleNamespace(root=folder / n))) for n in ("source", "target")
        )
        yield Share(ledger, ensure_workload(ledger, PROJECT, "share", "gemensam"), source, target), folder / "source"


def run(share: Share, detect: Detect = Detect.SIZE_MTIME, *, append: bool = False) -> Account:
    target = AppendAfterCutover(share.target, lambda: Mode.APPEND if append else Mode.MIRROR)
    source = ReadOnly(share.source)
    return SharePass(share.ledger, share.workload, source, target, detect=detect, append=append).run()


def rewrite(path: Path, text: bytes) -> None:
    """Other bytes of the same length, with the time put back."""
    found = path.stat()
    path.write_bytes(text)
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


@pytest.mark.parametrize(("detect", "moved"), [(Detect.SIZE_MTIME, 0), (Detect.TOKEN, 1), (Detect.DIGEST, 1)])
def test_other_bytes_with_the_same_size_and_time(disk: tuple[Share, Path], detect: Detect, moved: int) -> None:
    share, source = disk
    for name in ("a", "b", "mapp/c"):
        put(share.source, name, name.encode())
    assert run(share, detect).moved_now == 4
    assert run(share, detect).moved_now == 0
    rewrite(source / "a", b"A")
    assert run(share, detect).moved_now == moved
    assert content(share.target, "a") == (b"A" if moved else b"a")
    assert run(share, detect).moved_now == 0


def test_a_token_that_changed_alone_copies_nothing(disk: tuple[Share, Path]) -> None:
    share, source = disk
    put(share.source, "a", b"a")
    run(share, Detect.TOKEN)
    there = share.target.stat("a").token
    (source / "a").chmod(0o640)
    assert run(share, Detect.TOKEN).moved_now == 1
    assert share.target.stat("a").token == there


def test_big_and_small_files_are_digested_in_order(disk: tuple[Share, Path]) -> None:
    share, source = disk
    for number in range(150):
        put(share.source, f"m{number % 3}/{number:03}", b"%d" % number)
    put(share.source, "m1/big", os.urandom(BIG_BYTES + 5))
    share.source.make_folder("tom")
    assert run(share, Detect.DIGEST).moved == 155
    rewrite(source / "m1/big", os.urandom(BIG_BYTES + 5))
    assert run(share, Detect.DIGEST).moved_now == 1
    assert tree(share.target) == tree(share.source)


def test_what_cannot_be_digested_is_told_with_its_reason(share: Share) -> None:
    put(share.source, "a", b"a")
    put(share.source, "b", b"b")
    run(share, Detect.DIGEST)
    share.source = Odd(share.source)
    share.source.unreadable = {"a": PathRefused("a", "no")}
    account = run(share, Detect.DIGEST)
    assert (account.moved, account.failed) == (1, 1)
    assert share.codes() == {"a": "files.path-refused"}
    assert content(share.target, "a") == b"a"


@pytest.mark.parametrize("detect", list(Detect))
def test_a_file_that_moved_is_moved_at_the_target(disk: tuple[Share, Path], detect: Detect) -> None:
    share, source = disk
    put(share.source, "gammal/a", b"a" * 50, 3)
    put(share.source, "b", b"b")
    run(share, detect)
    share.target = Watched(share.target)
    (source / "ny").mkdir()
    (source / "gammal/a").rename(source / "ny/a")
    (source / "gammal").rmdir()
    account = run(share, detect)
    assert account.moved_now == 2
    assert (account.gone, account.gone_kept) == (2, 0)
    assert not [path for path in share.target.written if path.endswith(".partial")]
    assert tree(share.target) == tree(share.source)


class Watched:
    """A target that tells what was written."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.written: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def write(self, path: str, offset: int = 0) -> Any:
        self.written.append(path)
        return self.inner.write(path, offset)


@pytest.mark.parametrize("size", [10, BIG_BYTES + 1])
def test_a_touched_file_gets_its_time_and_is_not_copied(share: Share, size: int) -> None:
    put(share.source, "a", b"a" * size)
    run(share)
    share.target = Watched(share.target)
    put(share.source, "a", b"a" * size, 5)
    assert run(share).moved_now == 1
    assert share.target.written == []
    assert tree(share.target) == tree(share.source)
    put(share.source, "a", b"b" * size, 6)
    assert run(share).moved_now == 1
    assert tree(share.target) == tree(share.source)


def test_mode_append_adds_and_does_nothing_else(share: Share) -> None:
    for name in ("a", "b", "c"):
        put(share.source, name, name.encode())
    run(share, append=True)
    before = tree(share.target)
    put(share.source, "a", b"changed", 1)
    share.source.remove("b")
    share.source.rename("c", "flyttad")
    put(share.source, "ny", b"n")
    for now in (2, 0):
        account = run(share, append=True)
        assert (account.mode, account.moved_now, account.skipped) == (Mode.APPEND, now, 1)
        assert (account.gone, account.gone_kept) == (2, 2)
        assert share.codes(State.SKIPPED) == {"a": "files.changed-where-only-added"}
        assert {key: one for key, one in tree(share.target).items() if key in before} == before
    assert last_account(share.ledger, share.workload) == account
    account = run(share)
    assert (account.mode, account.gone_kept, account.skipped) == (Mode.MIRROR, 0, 0)
    assert tree(share.target) == tree(share.source)


def test_a_pass_that_only_adds_cannot_announce_anything_else(share: Share) -> None:
    put(share.source, "a", b"a")
    run(share)
    with running_pass(share.ledger, share.workload, append=True) as running:
        for intent in (Intent.REMOVE, Intent.REPLACE, Intent.MOVE):
            with pytest.raises(AppendOnly, match="only adds"):
                items.start(share.ledger, running, ["a"], intent)


def test_mirror_is_append_after_the_cutover(share: Share) -> None:
    put(share.source, "a", b"a")
    put(share.source, "b", b"b")
    share.run()
    share.cut_over()
    share.source.remove("a")
    put(share.source, "b", b"changed", 2)
    account = run(share)
    assert (account.mode, account.gone, account.gone_kept) == (Mode.APPEND, 1, 1)
    assert share.codes(State.SKIPPED) == {"b": "files.changed-after-cutover"}
    assert tree(share.target) == {"a": (b"a", MORNING), "b": (b"b", MORNING)}


def test_a_file_that_moved_and_then_changed_is_not_taken_for_its_old_copy(share: Share) -> None:
    """The first pass hands the copy over, and breaks before it is moved; the file has other bytes when the next one comes."""
    put(share.source, "a", b"before")
    put(share.source, "b", b"b")
    run(share)
    share.source.rename("a", "ny")
    inner, share.target = share.target, Breaking(share.target)
    with pytest.raises(ConnectionLost):
        run(share)
    put(share.source, "ny", b"after!", 3)
    share.target = inner
    for _ in range(2):
        assert run(share).failed == 0
        assert tree(share.target) == tree(share.source)


class Breaking(Watched):
    """A target whose line breaks when something is renamed."""

    def rename(self, path: str, to: str, modified: object = None) -> None:
        raise ConnectionLost(path, f"{to} {modified}")
