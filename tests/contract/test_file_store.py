"""What every `FileStore` must do, over every adapter. What a store can do decides what is expected, not what it is."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from skyflytt.errors.base import Failure, Permanent, Transient
from skyflytt.errors.connection import ConnectionLost, HostUnknown, PasswordRefused
from skyflytt.errors.files import (
    CopyAltered,
    NameNotUtf8,
    PathEscapes,
    PathMissing,
    PathRefused,
    TargetFull,
)
from skyflytt.files.below import Below
from skyflytt.files.each import Content, Rename, read_each, rename_each, stat_each, write_each
from skyflytt.files.feed import change_feed
from skyflytt.files.linked import linked
from skyflytt.files.links import make_link, read_link
from skyflytt.files.permissions import Permissions
from skyflytt.files.port import Entry, EntryKind, FileStore, ScanFailure
from skyflytt.files.remembered import Remembered
from skyflytt.files.rights import Rights, rights_each
from skyflytt.files.s3 import S3Store
from skyflytt.files.s3.unfinished import open_uploads
from skyflytt.files.symlinks import LEADS_NOWHERE, LEADS_OUT, LOOPS, Symlinks
from skyflytt.files.unfinished import give_up_unfinished
from tests.contract.file_places import PLACES, Place
from tests.real.cutting_proxy import cutting_proxy

pytestmark = pytest.mark.real

AWKWARD = [
    "a.txt", "a-b", "a b", "å", "Å", "a\u030a", "😀.pdf", "naïve.TXT", "Naïve.txt", "case", "Case", "CASE",
    "slutar med punkt.", "slutar med blank ", " börjar med blank", "-rf", "--help", "#hash#", "100%", "%41", "%2F", "*", "?",
    "[x]", "a\\b", "back\\", "tab\there", "new\nline", "quote\"'", "~", "~root", "$HOME", "`id`", "a&b", "a+b", "a=b;c", "{x}", "|",
    "é" * 100, "...", ".hidden", "con", "a:b", "\u202egnp.exe", "\x7f",
]  # fmt: skip
WHEN = datetime(2021, 2, 3, 4, 5, 6, 789_000, tzinfo=UTC)


@pytest.fixture(scope="session", params=PLACES, ids=lambda place: place.__name__)
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, require_debian: Callable[..., str]
) -> Iterator[Place]:
    with request.param(tmp_path_factory.mktemp(request.param.__name__), require_debian) as opened:
        yield opened


@pytest.fixture
def root(place: Place) -> Path:
    return place.new_root()


@pytest.fixture
def store(place: Place, root: Path) -> Iterator[FileStore]:
    with place.open(root) as opened:
        yield opened


@pytest.fixture
def disk(place: Place, root: Path) -> Path:
    """The root, where it is a folder of this machine that a test can plant something in."""
    if not place.on_disk:
        pytest.skip("this store's content is not on a disk")
    return root


def put(store: FileStore, path: str, content: bytes = b"content") -> None:
    with store.write(path) as file:
        file.write(content)


def get(store: FileStore, path: str, offset: int = 0) -> bytes:
    with store.read(path, offset) as file:
        return file.read()


def entries(store: FileStore, below: str = "") -> list[Entry]:
    found = list(store.scan(below))
    failed = [each for each in found if isinstance(each, ScanFailure)]
    assert not failed
    return [each for each in found if isinstance(each, Entry)]


def keys(store: FileStore, below: str = "") -> list[str]:
    return [entry.key for entry in entries(store, below)]


def test_a_written_file_is_read_back(store: FileStore) -> None:
    content = os.urandom(300_001)
    put(store, "Avtal/2024/Åhléns.pdf", content)
    assert get(store, "Avtal/2024/Åhléns.pdf") == content
    entry = store.stat("Avtal/2024/Åhléns.pdf")
    assert entry is not None
    assert (entry.path, entry.kind, entry.size_bytes) == ("Avtal/2024/Åhléns.pdf", EntryKind.FILE, 300_001)
    assert entry.modified.utcoffset() == timedelta(0)


@pytest.mark.parametrize("size", [0, 1, 32_768, 261_120, 9_000_000])
def test_sizes_around_the_blocks_of_protocols(store: FileStore, size: int) -> None:
    content = os.urandom(size)
    with store.write("file") as file:
        for start in range(0, size, 1_000_000):
            assert file.write(content[start : start + 1_000_000]) == len(content[start : start + 1_000_000])
    pieces = []
    with store.read("file") as file:
        while piece := file.read(70_000):
            pieces.append(piece)
        assert file.read(10) == b""
    assert all(len(piece) == 70_000 for piece in pieces[:-1])
    assert b"".join(pieces) == content


def test_writing_again_empties_the_file_first(store: FileStore) -> None:
    put(store, "file", b"much longer than what follows")
    put(store, "file", b"short")
    assert get(store, "file") == b"short"


def test_reading_from_an_offset(store: FileStore) -> None:
    content = bytes(range(256)) * 1024
    put(store, "file", content)
    for offset in (1, 255, 100_000, len(content) - 1, len(content)):
        assert get(store, "file", offset) == content[offset:]


def test_a_reading_may_be_given_up(store: FileStore, place: Place, root: Path) -> None:
    """ProFTPD at times ends the whole session with the transfer that is broken off: that is a connection that was lost, no other failure."""
    content = os.urandom(12_000_000)
    put(store, "big", content)
    put(store, "small", b"small")
    with store.read("big") as file:
        assert file.read(10) == content[:10]
    try:
        found = get(store, "small")
    except ConnectionLost:
        with place.open(root) as again:
            found = get(again, "small")
    assert found == b"small"


def remembered(store: FileStore, file: Path, name: str) -> tuple[list[tuple[str, ...]], str]:
    with Remembered(file, change_feed(store)) as kept:
        kept.bring_up_to_date(name, WHEN)
        kept.complete()
        return [(one.key, repr(one)) for one in kept.scan()], kept.name


def test_a_remembered_listing_is_the_scan(store: FileStore, place: Place, root: Path, tmp_path: Path) -> None:
    """Of the store's top, and of a folder of it."""
    if not store.capabilities.change_feed:
        pytest.skip("it tells no changes")
    forbidden = set(store.capabilities.forbidden_characters) | set(place.forbidden_by_the_server)
    for name in AWKWARD:
        if not set(name) & forbidden and name not in place.forbidden_names:
            put(store, f"Avtal/{name}")
    share = Below(store, "Avtal")
    names = ["", ""]
    for change in (
        lambda: store.make_folder("Avtal/2024/maj"),
        lambda: put(store, "Avtal/2024/maj/ny", b"ny"),
        lambda: store.rename("Avtal/2024", "Avtal/2025"),
        lambda: store.rename("Avtal/2025/maj", "utanför"),
        lambda: put(store, "utanför/ny", b"nyare"),
        lambda: store.rename("utanför", "Avtal/maj"),
        lambda: store.remove("Avtal/maj/ny"),
        lambda: None,
    ):
        change()
        for index, one in enumerate((store, share)):
            found, names[index] = remembered(one, tmp_path / f"{index}.sqlite", names[index])
            assert found == [(entry.key, repr(entry)) for entry in one.scan()]


def test_scan_is_in_the_order_of_the_keys_bytes(store: FileStore, place: Place) -> None:
    forbidden = set(store.capabilities.forbidden_characters) | set(place.forbidden_by_the_server)
    allowed = [name for name in AWKWARD if not set(name) & forbidden and name not in place.forbidden_names]
    files = [*allowed, "a/x", "a/a-b", "a/å/ä/ö", "Case/x", "a-b.d/-x", "😀/x", "ab/x", "a0"]
    files = [name for name in files if name not in ("Case",)]
    for name in files:
        put(store, name, name.encode())
    store.make_folder("empty/inside")
    folders = {"a/", "a/å/", "a/å/ä/", "Case/", "a-b.d/", "😀/", "ab/", "empty/", "empty/inside/"}
    assert keys(store) == sorted([*files, *folders], key=str.encode)
    for entry in entries(store):
        if entry.kind is EntryKind.FILE:
            assert entry.size_bytes == len(entry.path.encode())
            assert get(store, entry.path) == entry.path.encode()
            found = store.stat(entry.path)
            assert found is not None
            assert (found.path, found.kind, found.size_bytes) == (entry.path, entry.kind, entry.size_bytes)


def test_scan_below_a_folder(store: FileStore) -> None:
    for path in ("a/b/c", "a/b/d/e", "a/b.txt", "a/bc/x", "z"):
        put(store, path)
    assert keys(store, "a/b") == ["a/b/c", "a/b/d/", "a/b/d/e"]
    assert keys(store) == ["a/", "a/b.txt", "a/b/", "a/b/c", "a/b/d/", "a/b/d/e", "a/bc/", "a/bc/x", "z"]
    with pytest.raises(PathMissing):
        list(store.scan("missing"))
    with pytest.raises(PathMissing):
        list(store.scan("missing/too"))


def test_an_empty_store(store: FileStore) -> None:
    assert list(store.scan()) == []


def test_scan_keeps_its_memory_flat(place: Place) -> None:
    """Ten times as many folders take no more room, but for their own names; 1,260 entries would take more than 200 kB."""
    if not place.on_disk:
        pytest.skip("filling this store takes too long")

    def peak(folders: int) -> int:
        root = place.new_root()
        for number in range(folders):
            (root / f"{number:03}").mkdir()
            for name in range(20):
                (root / f"{number:03}" / f"{name:03}").touch()
        with place.open(root) as store:
            assert sum(1 for _ in store.scan()) == folders * 21
            # What another thread happens to do counts too, but not each time.
            return min(traced(store) for _ in range(3))

    def traced(store: FileStore) -> int:
        tracemalloc.start()
        try:
            for _ in store.scan():
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(60) < peak(6) + 100_000


def test_entries_may_go_while_they_are_scanned(store: FileStore) -> None:
    for path in ("a/x", "b/x", "c/x"):
        put(store, path)
    scan = store.scan()
    assert isinstance(next(scan), Entry)
    store.remove("b/x")
    store.remove("b")
    rest = list(scan)
    assert [each.path for each in rest if isinstance(each, Entry)][-2:] == ["c", "c/x"]
    assert all(isinstance(each.failure, PathMissing) for each in rest if isinstance(each, ScanFailure))


def test_an_error_inside_leaves_what_came_and_writing_goes_on(store: FileStore) -> None:
    content = os.urandom(1_500_000)

    class OwnError(Exception):
        pass

    def break_off() -> None:
        with store.write("file") as file:
            file.write(content[:1_000_000])
            raise OwnError

    with pytest.raises(OwnError):
        break_off()
    left = store.stat("file")
    if not store.capabilities.resumable_writes:
        assert left is None
        with pytest.raises(PathRefused), store.write("file", 1):
            pass
        return
    assert left is not None
    assert 0 < left.size_bytes <= 1_000_000
    with store.write("file", left.size_bytes) as file:
        file.write(content[left.size_bytes :])
    assert get(store, "file") == content


def test_an_oserror_of_the_callers_own_is_not_taken_for_one_of_the_store(store: FileStore) -> None:
    def fail() -> None:
        with store.write("file") as file:
            file.write(b"x")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space") as raised:
        fail()
    assert type(raised.value) is OSError


def test_going_on_needs_so_many_bytes(store: FileStore) -> None:
    if not store.capabilities.resumable_writes:
        pytest.skip("writes cannot be gone on with here")
    put(store, "file", b"12345")
    with pytest.raises(CopyAltered), store.write("file", 6):
        pass
    with pytest.raises(PathMissing), store.write("missing", 1):
        pass
    assert store.stat("missing") is None


def test_going_on_before_the_end_never_keeps_the_old_tail(store: FileStore) -> None:
    """Where a store cannot cut, it must say that the copy is not what was sent."""
    if not store.capabilities.resumable_writes:
        pytest.skip("writes cannot be gone on with here")
    put(store, "file", b"0123456789")
    try:
        with store.write("file", 4) as file:
            file.write(b"ab")
    except CopyAltered:
        return
    assert get(store, "file") == b"0123ab"


def test_rename_replaces_and_keeps_the_time(store: FileStore) -> None:
    put(store, "new/.part", b"new")
    put(store, "old", b"old")
    store.rename("new/.part", "old", WHEN)
    assert get(store, "old") == b"new"
    assert store.stat("new/.part") is None
    found = store.stat("old")
    assert found is not None
    step = store.capabilities.mtime_step_seconds
    assert abs((found.modified - WHEN).total_seconds()) < max(step, 1e-6)
    store.rename("old", "made/by/rename")
    again = store.stat("made/by/rename")
    assert again is not None
    assert again.modified == found.modified


def test_rename_of_a_folder(store: FileStore) -> None:
    put(store, "old/inside/file", b"x")
    store.rename("old", "new")
    assert keys(store) == ["new/", "new/inside/", "new/inside/file"]
    put(store, "old/again")
    assert get(store, "old/again") == b"content"


def test_rename_of_nothing_and_onto_a_folder(store: FileStore, place: Place) -> None:
    put(store, "file")
    put(store, "folder/inside")
    with pytest.raises(PathMissing):
        store.rename("missing", "anything")
    if place.one_name_one_thing:
        with pytest.raises(PathRefused):
            store.rename("file", "folder")
        assert get(store, "file") == b"content"
    assert get(store, "folder/inside") == b"content"


def test_remove(store: FileStore) -> None:
    put(store, "folder/file")
    with pytest.raises(PathRefused):
        store.remove("folder")
    store.remove("folder/file")
    store.remove("folder/file")
    store.remove("folder")
    store.remove("folder")
    store.remove("never/was")
    assert keys(store) == []
    put(store, "folder/file")
    assert keys(store) == ["folder/", "folder/file"]


def test_make_folder(store: FileStore) -> None:
    store.make_folder("a/b")
    store.make_folder("a/b")
    found = store.stat("a/b")
    assert found is not None
    assert (found.kind, found.size_bytes) == (EntryKind.FOLDER, 0)
    assert keys(store) == ["a/", "a/b/"]
    put(store, "file")
    with pytest.raises(PathRefused):
        store.make_folder("file")


def test_a_folder_is_no_file(store: FileStore, place: Place) -> None:
    put(store, "folder/file")
    with pytest.raises(Permanent), store.read("folder") as file:
        file.read()
    if place.one_name_one_thing:
        with pytest.raises(Permanent):
            put(store, "folder")
    assert get(store, "folder/file") == b"content"


def test_digest(store: FileStore) -> None:
    can = store.capabilities
    content = os.urandom(1_000) * (100 + can.digest_from_bytes // 1_000)
    put(store, "å file", content)
    right = hashlib.sha256(content).hexdigest()
    # Where it is for large files only, the server may turn out to have none.
    allowed = [None] if not can.digest else [right, None] if can.digest_from_bytes else [right]
    assert store.digest("å file") in allowed


ESCAPES = ["..", "../x", "a/../../x", "a/..", "/etc/passwd", "/", "", ".", "./x", "a//b", "a/", "a/./b", "x\0y"]


@pytest.mark.parametrize("path", ESCAPES)
def test_paths_that_leave_the_root_are_refused(store: FileStore, path: str) -> None:
    acts: list[Callable[[], object]] = [
        lambda: store.stat(path),
        lambda: get(store, path),
        lambda: put(store, path),
        lambda: store.remove(path),
        lambda: store.make_folder(path),
        lambda: store.digest(path),
        lambda: store.rename(path, "new"),
        lambda: store.rename("file", path),
    ]
    if path:
        acts.append(lambda: list(store.scan(path)))
    put(store, "file")
    for act in acts:
        with pytest.raises(PathEscapes):
            act()


def test_missing_paths(store: FileStore) -> None:
    put(store, "file")
    for path in ("missing", "missing/file"):
        assert store.stat(path) is None
        with pytest.raises(PathMissing), store.read(path) as file:
            file.read()


def test_links_are_listed_and_never_followed(store: FileStore, disk: Path) -> None:
    if not store.capabilities.symlinks:
        pytest.skip("this protocol cannot tell a link from what it points to")
    outside = disk.with_name(f"{disk.name}-outside")
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    (disk / "folder").symlink_to(outside)
    (disk / "file").symlink_to(outside / "secret")
    (disk / "dangling").symlink_to(outside / "made")
    assert [(entry.path, entry.kind, entry.size_bytes) for entry in entries(store)] == [
        ("dangling", EntryKind.SYMLINK, 0),
        ("file", EntryKind.SYMLINK, 0),
        ("folder", EntryKind.SYMLINK, 0),
    ]
    acts: list[Callable[[], object]] = [
        lambda: get(store, "file"),
        lambda: put(store, "file"),
        lambda: put(store, "dangling"),
        lambda: store.stat("folder/secret"),
        lambda: get(store, "folder/secret"),
        lambda: put(store, "folder/secret"),
        lambda: put(store, "folder/new"),
        lambda: store.remove("folder/secret"),
        lambda: store.make_folder("folder/new"),
        lambda: store.rename("folder/secret", "here"),
        lambda: store.rename("ours", "folder/secret"),
        lambda: list(store.scan("folder")),
    ]
    put(store, "ours")
    for act in acts:
        with pytest.raises(PathEscapes):
            act()
    store.remove("file")
    assert [each.name for each in outside.iterdir()] == ["secret"]
    assert (outside / "secret").read_bytes() == b"secret"


def test_pipes_are_listed_and_never_opened(store: FileStore, disk: Path) -> None:
    os.mkfifo(disk / "pipe")
    found = [(entry.path, entry.kind) for entry in entries(store)]
    if not store.capabilities.symlinks:
        assert [path for path, _ in found] in ([], ["pipe"])
        return
    assert found == [("pipe", EntryKind.OTHER)]
    if (found_pipe := store.stat("pipe")) is not None:
        assert found_pipe.kind is EntryKind.OTHER


def test_names_that_are_not_utf8_are_failures_in_their_place(store: FileStore, disk: Path, place: Place) -> None:
    if not place.names_as_they_are:
        pytest.skip("this server shows other names in place of those that are not UTF-8")
    for name in (b"a", b"b\xe5r", b"b\\xE5r", b"c", b"\xff\xfe"):
        Path(os.fsdecode(bytes(disk) + b"/" + name)).write_bytes(b"x")
    Path(os.fsdecode(bytes(disk) + b"/mapp\xe4")).mkdir()
    found = list(store.scan())
    failed = {each.key: each.failure for each in found if isinstance(each, ScanFailure)}
    assert set(failed) == {"b\\xE5r~", "\\xFF\\xFE", "mapp\\xE4/"}
    assert all(isinstance(failure, NameNotUtf8) for failure in failed.values())
    assert [each.key for each in found] == sorted((each.key for each in found), key=str.encode)
    assert [each.path for each in found if isinstance(each, Entry)] == ["a", "b\\xE5r", "c"]


def test_what_cannot_be_read_is_a_failure_in_its_place(store: FileStore, disk: Path, place: Place) -> None:
    if place.may_read_all:
        pytest.skip("this server runs as root, who may read everything")
    put(store, "a/x")
    put(store, "b/x")
    put(store, "c")
    (disk / "a").chmod(0)
    (disk / "c").chmod(0)
    try:
        found = list(store.scan())
        assert [each.key for each in found] == ["a/", "b/", "b/x", "c"]
        assert isinstance(found[0], ScanFailure)
        assert isinstance(found[0].failure, PathRefused)
        with pytest.raises(PathRefused), store.read("c") as file:
            file.read()
    finally:
        (disk / "a").chmod(0o700)


def test_a_full_disk_is_said_to_be_full(place: Place, disk: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("A FULL DISK IS NOT TESTED: mounting a small one needs root")
    mounting = ["mount", "-t", "tmpfs", "-o", "size=2m,mode=777", "skyflytt-test", str(disk)]
    mounted = subprocess.run(mounting, check=False, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"A FULL DISK IS NOT TESTED: {mounted.stderr.strip()}")
    try:
        with place.open(disk) as store, pytest.raises(TargetFull if place.says_when_it_is_full else Transient):
            put(store, "big", os.urandom(8_000_000))
        with place.open(disk) as store:
            store.remove("big")
            put(store, "small")
            assert get(store, "small") == b"content"
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_read_only_disk_refuses_each_file(place: Place, disk: Path) -> None:
    """What is there can still be read, and nothing ends but the file's own copy."""
    if os.geteuid() != 0:
        pytest.skip("A READ-ONLY DISK IS NOT TESTED: mounting one needs root")
    mounting = ["mount", "-t", "tmpfs", "-o", "size=2m,mode=777", "skyflytt-test", str(disk)]
    mounted = subprocess.run(mounting, check=False, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"A READ-ONLY DISK IS NOT TESTED: {mounted.stderr.strip()}")
    try:
        with place.open(disk) as store:
            put(store, "there")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with place.open(disk) as store:
            acts: list[Callable[[], object]] = [
                lambda: put(store, "new"),
                lambda: put(store, "there", b"other"),
                lambda: store.rename("there", "elsewhere"),
                lambda: store.make_folder("folder"),
                lambda: store.remove("there"),
            ]
            for act in acts:
                with pytest.raises(Permanent):
                    act()
            assert get(store, "there") == b"content"
            assert [entry.path for entry in entries(store)] == ["there"]
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_file_that_shrinks_while_it_is_read(store: FileStore, disk: Path, place: Place) -> None:
    """It ends early, or the connection does: never are there as many bytes as before."""
    if not place.ends_what_shrank:
        pytest.skip("this server waits for the rest")
    content = os.urandom(8_000_000)
    put(store, "file", content)
    got = b""
    with suppress(Failure), store.read("file") as file:
        got = file.read(64_000)
        os.truncate(disk / "file", 100_000)
        while piece := file.read(1 << 20):
            got += piece
    assert len(got) < len(content)
    assert get(store, "file") == content[:100_000]


def test_a_missing_root(place: Place, disk: Path) -> None:
    with pytest.raises(PathMissing), place.open(disk / "missing"):
        pass


def test_a_wrong_secret_is_tried_once(place: Place, root: Path) -> None:
    if not place.wrong_secret:
        pytest.skip("nobody asks for a secret here")
    before = place.attempts.read_text().count("\n") if place.attempts and place.attempts.exists() else 0
    with pytest.raises(PasswordRefused), place.open(root, **place.wrong_secret):
        pass
    if place.attempts:
        assert place.attempts.read_text().count("\n") == before + 1


def test_a_server_that_is_not_who_it_should_be(place: Place, root: Path) -> None:
    if not place.distrusted:
        pytest.skip("there is no server here")
    for changes, expected in place.distrusted:
        with pytest.raises(expected) as raised, place.open(root, **changes):
            pass
        if "known_hosts" in changes:
            assert "SHA256:" in raised.value.sentence


def test_an_unknown_host(place: Place, root: Path) -> None:
    if place.port is None:
        pytest.skip("there is no server here")
    with pytest.raises(HostUnknown), place.open(root, host="no-such-host.invalid"):
        pass


def test_nobody_answers(place: Place, root: Path) -> None:
    if place.port is None:
        pytest.skip("there is no server here")
    with cutting_proxy(place.port) as proxy:
        proxy.cut()
        with pytest.raises(Transient), place.open(root, port=proxy.port, **_same_key(place, proxy.port)):
            pass


@pytest.mark.parametrize("act", ["read", "write"])
def test_a_connection_cut_in_the_middle_is_transient(place: Place, root: Path, act: str) -> None:
    if place.port is None:
        pytest.skip("there is no connection here")
    content = os.urandom(40_000_000)
    if act == "read":
        with place.open(root) as direct:
            put(direct, "big", content)
    with cutting_proxy(place.port) as proxy:

        def cut_in_the_middle() -> None:
            with place.open(root, port=proxy.port, **_same_key(place, proxy.port)) as store:
                if act == "read":
                    with store.read("big") as file:
                        file.read(1_000_000)
                        proxy.cut()
                        file.read()
                else:
                    with store.write("big") as file:
                        file.write(content[:1_000_000])
                        proxy.cut()
                        file.write(content[1_000_000:])

        with pytest.raises(Transient):
            cut_in_the_middle()


def _same_key(place: Place, port: int) -> dict[str, Path]:
    """Where host keys are known by port, the proxy's port is made known."""
    if place.known_hosts is None:
        return {}
    through = place.base / f"known_hosts_{port}"
    through.write_text(place.known_hosts.read_text().replace(f":{place.port} ", f":{port} "))
    return {"known_hosts": through}


def test_many_files_at_once(store: FileStore) -> None:
    """Each act on many is the act on each: new names and names that are taken, folders that are there and that are not."""
    put(store, "there/taken", b"older and longer")
    contents = {
        f"{folder}/{number}": os.urandom(number * 997) for folder in ("there", "new/deep") for number in range(6)
    }
    contents |= {"there/taken": b"newer", "big": os.urandom(700_000), "empty": b""}
    assert write_each(store, [Content(path, content) for path, content in contents.items()]) == [None] * len(contents)
    assert read_each(store, [(path, len(content)) for path, content in contents.items()]) == list(contents.values())
    found = stat_each(store, list(contents))
    assert found == [store.stat(path) for path in contents]
    assert [one.size_bytes for one in found if isinstance(one, Entry)] == [len(one) for one in contents.values()]
    put(store, "to/5", b"to be replaced")
    renames = [Rename(f"new/deep/{number}", f"to/{number}", WHEN + timedelta(days=number)) for number in range(6)]
    assert rename_each(store, renames) == [None] * 6
    assert [get(store, f"to/{number}") for number in range(6)] == [
        contents[f"new/deep/{number}"] for number in range(6)
    ]
    assert stat_each(store, [f"new/deep/{number}" for number in range(6)]) == [None] * 6
    step = store.capabilities.mtime_step_seconds
    for number in range(6):
        moved = store.stat(f"to/{number}")
        assert moved is not None
        assert abs((moved.modified - renames[number].modified).total_seconds()) <= step  # type: ignore[operator]


def test_many_long_names_at_once(store: FileStore) -> None:
    """What is asked for together is longer than a server's buffer."""
    folder = "en mapp med ett långt namn " * 7
    paths = [f"{folder.strip()}/.skyflytt-{number:016x}.partial" for number in range(12)]
    assert write_each(store, [Content(path, path.encode()) for path in paths]) == [None] * 12
    renames = [Rename(path, f"{path[:-34]}{number}", WHEN) for number, path in enumerate(paths)]
    assert rename_each(store, renames) == [None] * 12
    found = stat_each(store, [one.to for one in renames])
    assert [one.path for one in found if isinstance(one, Entry)] == [one.to for one in renames]
    assert read_each(store, [(one.to, 300) for one in renames]) == [path.encode() for path in paths]


def test_what_fails_among_many_fails_alone(store: FileStore) -> None:
    for number in range(6):
        put(store, f"m/{number}", b"content")
    store.make_folder("m/folder")
    paths = ["m/0", "m/missing", "gone/away", "m/folder", "m/1", "m/2", "m/3"]
    kinds = [one.kind if isinstance(one, Entry) else one for one in stat_each(store, paths)]
    assert kinds == [EntryKind.FILE, None, None, EntryKind.FOLDER, EntryKind.FILE, EntryKind.FILE, EntryKind.FILE]
    read = read_each(store, [("m/0", 7), ("m/missing", 7), ("gone/away", 7), ("m/1", 7)])
    assert [one if isinstance(one, bytes) else type(one) for one in read] == [
        b"content",
        PathMissing,
        PathMissing,
        b"content",
    ]
    renamed = rename_each(
        store, [Rename("m/1", "n/1", WHEN), Rename("m/missing", "n/2", WHEN), Rename("m/2", "n/3", WHEN)]
    )
    assert renamed[0] is renamed[2] is None
    assert isinstance(renamed[1], Permanent)
    assert stat_each(store, ["n/1", "n/2", "n/3", "m/1", "m/2"]) == [
        store.stat("n/1"),
        None,
        store.stat("n/3"),
        None,
        None,
    ]


def test_a_file_that_grew_is_seen_when_many_are_read(store: FileStore) -> None:
    for number in range(3):
        put(store, f"{number}", b"x" * 100)
    read = read_each(store, [("0", 100), ("1", 60), ("2", 200)])
    assert [len(one) for one in read if isinstance(one, bytes)] == [100, 61, 100]


def test_links_are_not_followed_by_many(store: FileStore, disk: Path) -> None:
    if not store.capabilities.symlinks:
        pytest.skip("this protocol does not know links")
    (disk / "real").mkdir()
    (disk / "real" / "file").write_bytes(b"secret")
    (disk / "link").symlink_to("real")
    (disk / "real" / "to-file").symlink_to("file")
    escapes = [PathEscapes, PathEscapes]
    assert [type(one) for one in read_each(store, [("link/file", 6), ("real/to-file", 6)])] == escapes
    assert type(write_each(store, [Content("link/new", b"x")])[0]) is PathEscapes
    assert type(rename_each(store, [Rename("real/file", "link/renamed", WHEN)])[0]) is PathEscapes
    assert sorted(one.name for one in (disk / "real").iterdir()) == ["file", "to-file"]


def test_rename_to_itself_sets_the_time(store: FileStore) -> None:
    put(store, "folder/file", b"kept")
    store.rename("folder/file", "folder/file", WHEN)
    assert get(store, "folder/file") == b"kept"
    found = store.stat("folder/file")
    assert found is not None
    assert abs((found.modified - WHEN).total_seconds()) < max(store.capabilities.mtime_step_seconds, 1e-6)


def test_a_write_that_was_killed_leaves_nothing_that_is_paid_for(place: Place, root: Path) -> None:
    """Only what has a temporary name of ours is given up, and only in this store."""
    ours = [f"{folder}/.skyflytt-0123456789abcdef.partial" for folder in ("mapp", "å b+c%41 #?&")]
    beside = place.new_root()
    with place.open(root) as store, place.open(beside) as other:
        if not store.capabilities.keeps_unfinished:
            pytest.skip("what is written here shows in a scan")
        _killed_in_the_middle(place, root, [*ours, "mapp/deras.bin"])
        _killed_in_the_middle(place, beside, ours[:1])
        assert entries(store) == []
        assert give_up_unfinished(Below(store, "mapp")) == 1
        assert give_up_unfinished(store) == 1
        assert give_up_unfinished(store) == 0
        assert [key.partition("/")[2] for key in _open_keys(store)] == ["mapp/deras.bin"]
        assert give_up_unfinished(other) == 1
        put(store, ours[0], b"x" * 9_000_000)
        assert store.stat(ours[0]) is not None


def _killed_in_the_middle(place: Place, root: Path, paths: list[str]) -> None:
    """A process that has written to each of them and finished none."""
    process = os.fork()
    if process == 0:
        try:
            with place.open(root) as store, ExitStack() as stack:
                for path in paths:
                    stack.enter_context(store.write(path)).write(b"x" * 9_000_000)
                os.kill(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(1)
    assert os.WTERMSIG(os.waitpid(process, 0)[1]) == signal.SIGKILL


def _open_keys(store: FileStore) -> list[str]:
    assert isinstance(store, S3Store)
    return [each.key for each in open_uploads(store._client, store._bucket, store._prefix)]


def test_links_are_made_read_and_renamed_as_links(store: FileStore, disk: Path) -> None:
    if not store.capabilities.links:
        pytest.skip("this store makes no links")
    make_link(store, "mapp/länk", "../fil")
    assert read_link(store, "mapp/länk") == "../fil"
    assert (disk / "mapp" / "länk").readlink() == Path("../fil")
    found = store.stat("mapp/länk")
    assert found is not None
    assert found.kind is EntryKind.SYMLINK
    with pytest.raises(PathRefused):
        make_link(store, "mapp/länk", "annat")
    put(store, "fil")
    make_link(store, "ny", "fil")
    store.rename("ny", "mapp/länk")
    assert read_link(store, "mapp/länk") == "fil"
    assert get(store, "fil") == b"content"
    for path, failure in (("fil", PathRefused), ("borta", PathMissing)):
        with pytest.raises(failure):
            read_link(store, path)
    (disk / "ut").symlink_to(disk.parent)
    for act in (lambda: make_link(store, "ut/x", "y"), lambda: read_link(store, "ut/x")):
        with pytest.raises(PathEscapes):
            act()
    store.remove("mapp/länk")
    assert get(store, "fil") == b"content"


def test_links_are_followed_inside_and_nowhere_else(store: FileStore, disk: Path, place: Place) -> None:
    if not store.capabilities.links:
        pytest.skip("this store reads no links")
    outside = disk.with_name(f"{disk.name}-utanför")
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    put(store, "data/2024/x", b"inside")
    links = {
        "nu": "data/2024",
        "fil": "nu/x",
        "data/upp": "..",
        "rot": ".",
        "ut": str(outside),
        "ut-fil": f"../{outside.name}/secret",
        "ut-omväg": f"data/../../{outside.name}",
        "ut-genom": "ut/secret",
        "absolut": str(disk / "data"),
        "runt": "runt",
        "borta": "ingenstans",
    }
    for path, says in links.items():
        (disk / path).symlink_to(says)
    following = linked(store, Symlinks.FOLLOW_INSIDE)
    found = {one.key: one for one in following.scan() if isinstance(one, Entry)}
    assert {key: one.why for key, one in found.items() if one.kind is EntryKind.SYMLINK} == {
        "data/upp": LOOPS,
        "rot": LOOPS,
        "ut": LEADS_OUT,
        "ut-fil": LEADS_OUT,
        "ut-omväg": LEADS_OUT,
        "ut-genom": LEADS_OUT,
        "absolut": LEADS_OUT,
        "runt": LOOPS,
        "borta": LEADS_NOWHERE,
    }
    assert {key for key in found if key.startswith(("nu", "fil"))} == {"fil", "nu/", "nu/x"}
    with following.read("nu/x") as file:
        assert file.read() == b"inside"
    assert read_each(following, [("fil", 6), ("nu/x", 6)]) == [b"inside", b"inside"]
    for path in ("ut/secret", "ut-fil", "ut-omväg/secret", "ut-genom"):
        with pytest.raises(PathEscapes), following.read(path):
            pass
        assert isinstance(read_each(following, [(path, 6)])[0], PathEscapes)
    (disk / "data" / "2024").rename(disk / "data" / "2025")
    (disk / "data" / "2024").symlink_to(outside)
    with place.open(disk) as another:
        for path in ("nu/secret", "data/2024/secret"):
            with pytest.raises(PathEscapes), linked(another, Symlinks.FOLLOW_INSIDE).read(path):
                pass


def test_a_change_token_tells_what_size_and_time_do_not(store: FileStore, disk: Path) -> None:
    if not store.capabilities.change_token:
        pytest.skip("this store has no change tokens")
    put(store, "a", b"before")
    put(store, "b", b"before")

    def tokens() -> dict[str, str | int]:
        listed = {one.path: one.token for one in entries(store)}
        asked = {path: found.token for path in listed if (found := store.stat(path)) is not None}
        assert listed == asked
        assert all(listed.values())
        return listed

    before = tokens()
    assert tokens() == before
    kept = (disk / "a").stat()
    (disk / "a").write_bytes(b"after!")
    os.utime(disk / "a", ns=(kept.st_atime_ns, kept.st_mtime_ns))
    now = tokens()
    assert now["b"] == before["b"]
    if now["a"] == before["a"]:
        # Apache makes its ETag of size and time (its setting FileETag), and Samba's ChangeTime is the time of modification.
        assert store.capabilities.change_token in ("ETag", "ChangeTime")
    os.utime(disk / "a", ns=(kept.st_atime_ns, kept.st_mtime_ns + 5_000_000_000))
    assert tokens()["a"] != before["a"]


def test_rights_of_folders_and_files(store: FileStore, disk: Path) -> None:
    if not store.capabilities.rights:
        pytest.skip("this store does not tell rights")
    put(store, "mapp/fil")
    put(store, "mapp/egen")
    put(store, "stängd/fil")
    if store.capabilities.links:
        (disk / "länk").symlink_to("mapp")
    for path in (".", "mapp", "stängd"):
        (disk / path).chmod(0o755)
    for path in ("mapp/fil", "stängd/fil"):
        (disk / path).chmod(0o644)
    (disk / "stängd").chmod(0o700)
    (disk / "mapp" / "egen").chmod(0o600)
    report = Permissions(store, lambda _key: False)
    rows = list(report.rows())
    assert [(row[0], row[1], row[6]) for row in rows] == [
        (".", "folder", None),
        ("mapp", "files", 1),
        ("stängd", "folder", None),
        ("stängd", "files", 1),
    ]
    assert (report.folders, report.own_folders, report.own_files, report.unread) == (3, 1, 2, 0)
    assert report.file_examples == ["mapp/egen", "stängd/fil"]
    own = rights_each(store, ["", "mapp/fil", "borta"])
    assert own[0] == rights_each(store, [""])[0]
    assert isinstance(own[1], Rights)
    assert (own[1].owner, own[1].group) == (rows[0][2], rows[0][3])
    assert own[2] is None
    if store.capabilities.links:
        assert isinstance(rights_each(store, ["länk/fil"])[0], PathEscapes)
