"""A folder of this machine as a store.

Every path is walked from the root's own descriptor, part by part, without following a link (openat(2), O_NOFOLLOW): nothing that
is swapped under us meanwhile can lead out of the root.
"""

from __future__ import annotations

import errno
import grp
import hashlib
import os
import pwd
import stat as modes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import BinaryIO, Protocol

from skyflytt.errors.base import Failure, Permanent
from skyflytt.errors.connection import ConnectionLost
from skyflytt.errors.files import (
    CopyAltered,
    KindNotCopied,
    NameNotUtf8,
    PathEscapes,
    PathMissing,
    PathRefused,
    TargetFull,
)
from skyflytt.files.each import one_by_one
from skyflytt.files.paths import check_below, check_path, decode, is_utf8, join, readable
from skyflytt.files.port import Entry, EntryKind, FileCapabilities, ScanFailure
from skyflytt.files.posix_rights import Names, posix_rights
from skyflytt.files.rights import Rights
from skyflytt.files.stream import BLOCK, reading, writing
from skyflytt.files.walk import Listed, Unlisted, walk

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE_FLAGS = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
"""O_NONBLOCK keeps the opening of a named pipe from waiting for its other end; regular files ignore it."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOLE = 1 << 16
"""So many zero bytes in one piece are not written: the file system keeps them as a hole."""
ZEROS = memoryview(bytes(1 << 20))
FULL = {errno.ENOSPC, errno.EDQUOT}
KINDS = {modes.S_IFREG: EntryKind.FILE, modes.S_IFDIR: EntryKind.FOLDER, modes.S_IFLNK: EntryKind.SYMLINK}
LOST = {errno.ESTALE, errno.ETIMEDOUT, errno.ENOTCONN, errno.EHOSTDOWN, errno.EHOSTUNREACH}
"""A network mount went away."""


class LocalSettings(Protocol):
    """`skyflytt.project.servers.LocalServer`."""

    @property
    def root(self) -> os.PathLike[str]: ...


@contextmanager
def open_local(server: LocalSettings, secret: str | None = None) -> Iterator[LocalStore]:  # noqa: ARG001
    """The folder `server.root`, which must exist; there is nothing to sign in to, so `secret` is not looked at."""
    root = os.fspath(server.root)
    with failures(root):
        descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield LocalStore(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def failures(item: str) -> Iterator[None]:
    """Turns the system's errors into those of `skyflytt.errors`."""
    try:
        yield
    except OSError as error:
        raise failure_of(item, error) from error


def failure_of(item: str, error: OSError) -> Failure:
    words = error.strerror or str(error)
    key = item if is_utf8(item) else readable(item)
    if error.errno == errno.ENOENT:
        return PathMissing(key, words)
    if error.errno in FULL:
        return TargetFull(key, words)
    if error.errno in LOST:
        return ConnectionLost(key, words)
    return PathRefused(key, words)


def capabilities(max_name_bytes: int = 255) -> FileCapabilities:
    """What a local folder can do; how long a name may be is its file system's word."""
    return FileCapabilities(
        digest=True,
        mtime_step_seconds=1e-6,
        max_name_bytes=max_name_bytes,
        max_path_bytes=4096,
        max_connections=8,
        change_token="ctime",
        links=True,
        rights="posix",
    )


class LocalStore:
    """A `FileStore` over an open descriptor of its root. Finished writes and renames are on the disk (fsync) before they return."""

    def __init__(self, root: int) -> None:
        self._root = root
        limits = os.fstatvfs(root)
        self.capabilities = capabilities(limits.f_namemax)

    def free_bytes(self) -> int | None:
        """What the file system has left for accounts that are not root."""
        with failures("."):
            limits = os.fstatvfs(self._root)
        return limits.f_bavail * limits.f_frsize

    @contextmanager
    def _folder(self, folder: str, *, make: bool = False) -> Iterator[int]:
        """A descriptor of a folder, reached without following any link."""
        here = os.dup(self._root)
        try:
            walked = ""
            for name in folder.split("/") if folder else ():
                walked = join(walked, name)
                below = self._step(here, name, walked, make=make)
                os.close(here)
                here = below
            yield here
        finally:
            os.close(here)

    @staticmethod
    def _step(here: int, name: str, walked: str, *, make: bool) -> int:
        try:
            return os.open(name, FOLDER_FLAGS, dir_fd=here)
        except FileNotFoundError as error:
            if not make:
                raise failure_of(walked, error) from error
        except NotADirectoryError as error:
            if _is_link(here, name):
                raise PathEscapes(walked, "it is a symbolic link") from None
            kind = PathRefused if make else PathMissing
            raise kind(walked, "it is not a folder") from error
        except OSError as error:
            raise failure_of(walked, error) from error
        with failures(walked):
            try:
                os.mkdir(name, 0o777, dir_fd=here)
            except FileExistsError:  # somebody else was quicker
                pass
            else:
                os.fsync(here)
            return os.open(name, FOLDER_FLAGS, dir_fd=here)

    @contextmanager
    def _at(self, path: str, *, make: bool = False) -> Iterator[tuple[int, str]]:
        """The descriptor of the folder that holds `path`, and the last part of it."""
        folder, _, name = check_path(path).rpartition("/")
        with self._folder(folder, make=make) as descriptor:
            yield descriptor, name

    def scan(self, below: str = "") -> Iterator[Entry | ScanFailure]:
        return walk(self._listing, check_below(below))

    def _listing(self, folder: str) -> list[Listed | Unlisted]:
        with (
            self._folder(folder) as descriptor,
            failures(folder or "the store's root"),
            os.scandir(descriptor) as found,
        ):
            return [_listed(folder, item) for item in found]

    def stat(self, path: str) -> Entry | None:
        try:
            with self._at(path) as (folder, name), failures(path):
                found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except PathMissing:
            return None
        kind = kind_of(found.st_mode)
        size = found.st_size if kind is EntryKind.FILE else 0
        return Entry(path, kind, size, _time(found.st_mtime_ns), token=found.st_ctime_ns)

    @contextmanager
    def read(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        descriptor = self._open_file(path, os.O_RDONLY)

        def take(size: int) -> bytes:
            with failures(path):
                return os.read(descriptor, size)

        try:
            with failures(path):
                os.lseek(descriptor, offset, os.SEEK_SET)
            yield reading(take)
        finally:
            os.close(descriptor)

    @contextmanager
    def write(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        descriptor = self._open_file(path, os.O_WRONLY | (0 if offset else os.O_CREAT), make=not offset)

        hole = False

        def put(data: memoryview) -> None:
            nonlocal hole
            with failures(path):
                if hole := len(data) >= HOLE and data == ZEROS[: len(data)]:
                    os.lseek(descriptor, len(data), os.SEEK_CUR)
                    return
                while data:
                    data = data[os.write(descriptor, data) :]

        try:
            self._cut(path, descriptor, offset)
            yield writing(put)
            with failures(path):
                if hole:
                    os.ftruncate(descriptor, os.lseek(descriptor, 0, os.SEEK_CUR))
                os.fsync(descriptor)
        finally:
            os.close(descriptor)

    @staticmethod
    def _cut(path: str, descriptor: int, offset: int) -> None:
        with failures(path):
            if (size := os.fstat(descriptor).st_size) < offset:
                raise CopyAltered(path, f"it has {size} bytes, not the {offset} to go on from")
            os.ftruncate(descriptor, offset)
            os.lseek(descriptor, offset, os.SEEK_SET)

    def _open_file(self, path: str, flags: int, *, make: bool = False) -> int:
        with self._at(path, make=make) as (folder, name):
            try:
                descriptor = os.open(name, flags | FILE_FLAGS, 0o666, dir_fd=folder)
            except OSError as error:
                if error.errno == errno.ELOOP:
                    raise PathEscapes(path, "it is a symbolic link") from None
                if error.errno == errno.ENXIO:
                    raise KindNotCopied(path, "a pipe or socket") from None
                raise failure_of(path, error) from error
        mode = os.fstat(descriptor).st_mode
        if modes.S_ISREG(mode):
            return descriptor
        os.close(descriptor)
        if modes.S_ISDIR(mode):
            raise PathRefused(path, "it is a folder")
        raise KindNotCopied(path, "a pipe, socket or device")

    def rename(self, path: str, to: str, modified: datetime | None = None) -> None:
        with self._at(path) as (old_folder, old), self._at(to, make=True) as (new_folder, new), failures(path):
            if modified is not None:
                _touch(old_folder, old, modified)
            os.rename(old, new, src_dir_fd=old_folder, dst_dir_fd=new_folder)
            os.fsync(new_folder)
            if not os.path.sameopenfile(old_folder, new_folder):
                os.fsync(old_folder)

    def remove(self, path: str) -> None:
        try:
            with self._at(path) as (folder, name), failures(path):
                found = os.stat(name, dir_fd=folder, follow_symlinks=False)
                if modes.S_ISDIR(found.st_mode):
                    os.rmdir(name, dir_fd=folder)
                else:
                    os.unlink(name, dir_fd=folder)
        except PathMissing:
            return

    def make_folder(self, path: str) -> None:
        with self._folder(check_path(path), make=True):
            pass

    def read_link(self, path: str) -> str:
        with self._at(path) as (folder, name), failures(path):
            link = decode(os.fsencode(os.readlink(name, dir_fd=folder)))
        if not is_utf8(link):
            raise NameNotUtf8(path, f"the link says {readable(link)}")
        return link

    def make_link(self, path: str, to: str) -> None:
        with self._at(path, make=True) as (folder, name), failures(path):
            os.symlink(to, name, dir_fd=folder)
            os.fsync(folder)

    def rights_each(self, paths: Sequence[str]) -> list[Rights | Failure | None]:
        return one_by_one(self._rights, paths)

    def _rights(self, path: str) -> Rights | None:
        try:
            with self._at(path) if path else nullcontext((self._root, ".")) as (folder, name), failures(path or "."):
                found = os.stat(name, dir_fd=folder, follow_symlinks=False)
                # There is no getxattr beside a folder's descriptor; this path leads through it and nowhere else.
                at = f"/proc/self/fd/{folder}/{name}"
                acls = _attribute(at, "access"), _attribute(at, "default")
        except PathMissing:
            return None
        return posix_rights(found.st_mode, (found.st_uid, found.st_gid), acls, HERE)

    def digest(self, path: str) -> str | None:
        digest = hashlib.sha256()
        with self.read(path) as file:
            while piece := file.read(BLOCK):
                digest.update(piece)
        return digest.hexdigest()


def kind_of(mode: int) -> EntryKind:
    """The kind of entry of a POSIX mode."""
    return KINDS.get(modes.S_IFMT(mode), EntryKind.OTHER)


def _listed(folder: str, item: os.DirEntry[str]) -> Listed | Unlisted:
    name = item.name if item.name.isascii() else decode(os.fsencode(item.name))
    try:
        found = item.stat(follow_symlinks=False)
    except OSError as error:
        failure = failure_of(join(folder, name), error)
        if not isinstance(failure, Permanent):
            raise failure from error
        return Unlisted(name, failure)
    modified = EPOCH + timedelta(microseconds=found.st_mtime_ns // 1000)
    return Listed(name, kind_of(found.st_mode), found.st_size, modified, found.st_nlink, found.st_ctime_ns)


def _time(nanoseconds: int) -> datetime:
    """To the microsecond, which is what a datetime holds; rounded down, so that setting and reading give the same."""
    return EPOCH + timedelta(microseconds=nanoseconds // 1000)


def _touch(folder: int, name: str, modified: datetime) -> None:
    since = modified - EPOCH
    nanoseconds = ((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds) * 1000
    os.utime(name, ns=(nanoseconds, nanoseconds), dir_fd=folder, follow_symlinks=False)


def _attribute(path: str, which: str) -> bytes:
    """A POSIX access list, where the system and the file system have such."""
    try:
        return os.getxattr(path, f"system.posix_acl_{which}", follow_symlinks=False)
    except (OSError, AttributeError):
        return b""


@lru_cache(maxsize=10_000)
def user_name(number: int) -> str:
    """The account's name on this machine; the number where there is none."""
    try:
        return pwd.getpwuid(number).pw_name
    except (KeyError, OverflowError):
        return str(number)


@lru_cache(maxsize=10_000)
def group_name(number: int) -> str:
    """As `user_name`, of a group."""
    try:
        return grp.getgrgid(number).gr_name
    except (KeyError, OverflowError):
        return str(number)


HERE = Names(user_name, group_name)


def _is_link(folder: int, name: str) -> bool:
    try:
        return modes.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except OSError:
        return False
