from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from skyflytt.errors.files import KindNotCopied, PathEscapes, PathMissing, PathRefused
from skyflytt.files.local import open_local
from skyflytt.files.port import Entry, ScanFailure
from skyflytt.project.servers import LocalServer

NOBODY = 65534


@contextmanager
def as_somebody_else() -> Iterator[None]:
    """Without root's right to read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def server(root: Path) -> LocalServer:
    return LocalServer(kind="local", root=root)


def test_what_may_not_be_read_is_a_failure_in_its_place(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").touch()
    (tmp_path / "c").touch()
    tmp_path.chmod(0o777)
    (tmp_path / "a").chmod(0)
    (tmp_path / "c").chmod(0)
    with open_local(server(tmp_path)) as store, as_somebody_else():
        found = list(store.scan())
        with pytest.raises(PathRefused), store.read("c"):
            pass
    (tmp_path / "a").chmod(0o700)
    assert [each.key for each in found] == ["a/", "b/", "b/x", "c"]
    assert isinstance(found[0], ScanFailure)
    assert isinstance(found[0].failure, PathRefused)


def test_a_folder_swapped_for_a_link_after_it_was_listed_is_not_followed(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "a").mkdir(parents=True)
    (root / "b").mkdir()
    outside.mkdir()
    (outside / "secret").touch()
    with open_local(server(root)) as store:
        scan = store.scan()
        assert isinstance(next(scan), Entry)
        (root / "b").rmdir()
        (root / "b").symlink_to(outside)
        rest = list(scan)
    assert [each.path for each in rest] == ["b"]
    assert isinstance(rest[0], ScanFailure)
    assert isinstance(rest[0].failure, PathEscapes)


def test_the_root_stays_the_folder_that_was_opened(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    with open_local(server(root)) as store:
        root.rename(tmp_path / "moved")
        with store.write("file") as file:
            file.write(b"x")
    assert (tmp_path / "moved/file").read_bytes() == b"x"


def test_pipes_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with open_local(server(tmp_path)) as store:
        with pytest.raises(KindNotCopied), store.read("pipe"):
            pass
        with pytest.raises(KindNotCopied), store.write("pipe"):
            pass


def test_times_are_kept_to_the_microsecond_also_before_1970(tmp_path: Path) -> None:
    with open_local(server(tmp_path)) as store:
        for when in (datetime(2024, 2, 29, 1, 2, 3, 456_789, UTC), datetime(1965, 1, 2, 3, 4, 5, 678_901, UTC)):
            with store.write("file"):
                pass
            store.rename("file", "file", when)
            found = store.stat("file")
            assert found is not None
            assert found.modified == when


def test_names_that_are_too_long_are_refused(tmp_path: Path) -> None:
    with open_local(server(tmp_path)) as store:
        limit = store.capabilities.max_name_bytes
        assert limit is not None
        with store.write("n" * limit):
            pass
        with pytest.raises(PathRefused), store.write("n" * (limit + 1)):
            pass


def test_a_root_that_is_missing_or_a_file(tmp_path: Path) -> None:
    with pytest.raises(PathMissing), open_local(server(tmp_path / "missing")):
        pass
    (tmp_path / "file").touch()
    with pytest.raises(PathRefused), open_local(server(tmp_path / "file")):
        pass


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    def act(path: str) -> None:
        with open_local(server(tmp_path)) as store:
            with store.write(path) as file:
                file.write(b"x")
            list(store.scan())
            store.digest(path)
            store.stat("a/b/c")
            store.remove(path)

    before = len(list(Path("/proc/self/fd").iterdir()))
    for number in range(20):
        act(f"a/{number}/file")
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_zeros_become_a_hole(tmp_path: Path) -> None:
    """Whatever stands around them, the bytes that are read are those that were written, and the size is theirs."""
    zeros, some = bytes(1 << 18), os.urandom(5_000)
    with open_local(LocalServer(kind="local", root=tmp_path)) as store:
        for pieces in (
            [zeros] * 20,
            [some, zeros, zeros, some],
            [zeros, some, zeros],
            [bytes(100), some, bytes(100)],
            [bytes(2 << 20)],
        ):
            with store.write("file") as file:
                for piece in pieces:
                    file.write(piece)
            content = b"".join(pieces)
            assert (tmp_path / "file").read_bytes() == content
        with store.write("file") as file:
            file.write(some), file.write(zeros)
        with store.write("file", 5_000 + 1_000) as file:
            file.write(some)
        assert (tmp_path / "file").read_bytes() == some + bytes(1_000) + some
        with store.write("sparse") as file:
            for _ in range(64):
                file.write(zeros)
    found = (tmp_path / "sparse").stat()
    assert found.st_size == 64 << 18
    assert found.st_blocks * 512 < 1 << 20
