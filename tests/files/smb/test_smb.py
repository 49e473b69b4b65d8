from __future__ import annotations

import fcntl
import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import smbclient

from skyflytt.errors.files import FileInUse, NameHidden, PathEscapes, PathMissing, PathRefused
from skyflytt.files.copy import copy_file
from skyflytt.files.local import open_local
from skyflytt.files.port import Entry, EntryKind, ScanFailure
from skyflytt.files.smb import SmbStore
from skyflytt.project.servers import LocalServer
from tests.files.smb.conftest import Open
from tests.real.samba import Samba

pytestmark = pytest.mark.real
NUMBERS = itertools.count()
WHEN = datetime(2021, 2, 3, 4, 5, 6, 789_012, tzinfo=UTC)


@pytest.fixture
def root(disk: Path) -> Path:
    folder = disk / f"root{next(NUMBERS)}"
    folder.mkdir()
    return folder


@pytest.fixture
def store(open_share: Open, root: Path) -> Iterator[SmbStore]:
    with open_share(root=f"/{root.name}") as opened:
        yield opened


def put(store: SmbStore, path: str, content: bytes = b"content") -> None:
    with store.write(path) as file:
        file.write(content)


def get(store: SmbStore, path: str) -> bytes:
    with store.read(path) as file:
        return file.read()


def names_in(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


@contextmanager
def held(samba: Samba, path: str, **options: str | None) -> Iterator[None]:
    """Another program has a file open; `share_access` says what it lets others do meanwhile."""
    name = rf"\\127.0.0.1\{samba.share}\{path}"
    given = {"username": samba.user, "password": samba.password, "port": samba.port, "connection_cache": {}}
    with smbclient.open_file(name, "rb", **given, **options):
        yield
    smbclient.reset_connection_cache(connection_cache=given["connection_cache"])


@pytest.mark.parametrize("name", ["a:b", "a\\b", "what?", "con", "slut.", "slut ", 'a"b', "å" * 256])
def test_names_that_windows_forbids_are_refused_before_they_are_sent(store: SmbStore, root: Path, name: str) -> None:
    put(store, "file")
    for act in (
        lambda: put(store, name),
        lambda: put(store, f"{name}/file"),
        lambda: store.rename("file", name),
        lambda: store.make_folder(name),
    ):
        with pytest.raises(PathRefused):
            act()
    assert names_in(root) == ["file"]


def test_a_colon_never_opens_another_stream(store: SmbStore) -> None:
    put(store, "file")
    for act in (lambda: store.stat("file::$DATA"), lambda: get(store, "file::$DATA"), lambda: store.remove("file:x")):
        with pytest.raises(PathRefused):
            act()


def test_names_that_are_there_can_be_read_and_removed(store: SmbStore, root: Path) -> None:
    for name in ("con", "slut."):
        (root / name).write_bytes(b"there")
        assert get(store, name) == b"there"
        store.remove(name)
    assert names_in(root) == []


def test_names_that_the_server_hides_are_failures_with_their_real_name(store: SmbStore, root: Path) -> None:
    for name in ("con", "sub/a\\b: kolon.docx", "slut ", "ABCDEF~1", "SCAN~1.TIF", "sub/fin"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(b"there")
    (root / "mapp.").mkdir()
    found = list(store.scan())
    assert [each.path for each in found if isinstance(each, Entry)] == ["ABCDEF~1", "SCAN~1.TIF", "sub", "sub/fin"]
    failed = [each for each in found if isinstance(each, ScanFailure)]
    assert {type(each.failure) for each in failed} == {NameHidden}
    assert {each.failure.detail for each in failed} == {
        "it is called `con`", "it is called `a\\b: kolon.docx`", "it is called `slut `", "it is called `mapp.`",
    }  # fmt: skip
    assert [each.folder for each in failed].count(True) == 1


def test_paths_of_any_length(store: SmbStore) -> None:
    path = "/".join(f"{depth:03}" + "å" * 57 for depth in range(25)) + "/" + "f" * 255
    put(store, path)
    assert get(store, path) == b"content"
    assert [entry.path for entry in store.scan() if isinstance(entry, Entry)][-1] == path
    store.rename(path, f"{path[:-255]}kort", WHEN)
    found = store.stat(f"{path[:-255]}kort")
    assert found is not None
    assert found.modified == WHEN


def test_a_folder_larger_than_one_answer(store: SmbStore, root: Path) -> None:
    names = sorted(f"{number:05}-" + "n" * 80 for number in range(3000))
    for name in names:
        (root / name).touch()
    assert [entry.path for entry in store.scan() if isinstance(entry, Entry)] == names


def test_a_copy_keeps_its_time_to_the_microsecond(store: SmbStore, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(os.urandom(3_000_000))
    os.utime(tmp_path / "file", ns=(0, int(WHEN.timestamp()) * 10**9 + WHEN.microsecond * 1000))
    with open_local(LocalServer(kind="local", root=tmp_path)) as source:
        entry = source.stat("file")
        assert entry is not None
        copy_file(source, store, entry, "sub/file")
        found = store.stat("sub/file")
        assert found is not None
        assert (found.modified, found.size_bytes) == (WHEN, 3_000_000)
        copy_file(store, source, found, "back")
        assert source.stat("back") == Entry("back", EntryKind.FILE, 3_000_000, WHEN)
    assert [each for each in store.scan() if isinstance(each, Entry)][1] == found


def test_a_read_only_file_is_replaced_and_removed(store: SmbStore, root: Path) -> None:
    (root / "old").write_bytes(b"old")
    (root / "old").chmod(0o444)
    put(store, "new", b"new")
    store.rename("new", "old", WHEN)
    assert get(store, "old") == b"new"
    (root / "old").chmod(0o444)
    store.remove("old")
    assert store.stat("old") is None


def test_a_file_that_somebody_has_open(store: SmbStore, samba: Samba, root: Path) -> None:
    put(store, "file")
    put(store, "new")
    with held(samba, rf"{root.name}\file", share_access=None):
        for act in (
            lambda: get(store, "file"),
            lambda: put(store, "file"),
            lambda: store.rename("file", "moved"),
            lambda: store.remove("file"),
        ):
            with pytest.raises(FileInUse, match="open"):
                act()
        found = store.stat("file")
        assert found is not None
        assert found.size_bytes == 7
        assert [each.path for each in store.scan() if isinstance(each, Entry)] == ["file", "new"]
    assert get(store, "file") == b"content"
    with held(samba, rf"{root.name}\file", share_access="rwd"):
        assert get(store, "file") == b"content"


def test_a_file_that_is_open_is_not_replaced(store: SmbStore) -> None:
    """Samba refuses this only for files that the same connection has open; Windows for all."""
    put(store, "file")
    put(store, "new", b"new")
    with store.read("file") as file:
        assert file.read(1) == b"c"
        with pytest.raises(FileInUse, match="open"):
            store.rename("new", "file", WHEN)
    store.rename("new", "file", WHEN)
    assert get(store, "file") == b"new"


def test_a_part_that_somebody_has_locked(store: SmbStore, root: Path) -> None:
    put(store, "file", os.urandom(2_000_000))
    with (root / "file").open("r+b") as local:
        fcntl.lockf(local, fcntl.LOCK_EX, 1000, 1_500_000)
        with pytest.raises(FileInUse, match="locked"):
            get(store, "file")
    assert len(get(store, "file")) == 2_000_000


def test_dfs_links_are_listed_and_never_followed(store: SmbStore, root: Path) -> None:
    put(store, "file")
    (root / "annan").symlink_to("msdfs:fs2.example\\share")
    found = [(each.path, each.kind) for each in store.scan() if isinstance(each, Entry)]
    assert found == [("annan", EntryKind.SYMLINK), ("file", EntryKind.FILE)]
    for act in (lambda: get(store, "annan/x"), lambda: put(store, "annan/x"), lambda: list(store.scan("annan"))):
        with pytest.raises(PathEscapes, match="DFS"):
            act()


def test_links_that_leave_the_share(store: SmbStore, root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (root / "out").symlink_to(tmp_path)
    assert [each.path for each in store.scan() if isinstance(each, Entry)] == []
    with pytest.raises(PathMissing):
        get(store, "out/secret")
    assert names_in(tmp_path) == ["secret"]


def test_nothing_is_left_open(store: SmbStore, samba: Samba, root: Path) -> None:
    """Whoever wants the files for himself gets them once the store is done with them, though it is still connected."""
    put(store, "a/file", os.urandom(3_000_000))
    with store.read("a/file") as file:
        file.read(10)
    list(store.scan())
    store.stat("a/file")
    store.rename("a/file", "a/moved", WHEN)
    with held(samba, rf"{root.name}\a\moved", share_access=None):
        pass
    store.rename("a", "b")
    store.remove("b/moved")
    store.remove("b")
    assert names_in(root) == []
