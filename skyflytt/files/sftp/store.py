"""An SFTP server's folder as a store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import BinaryIO

from skyflytt.errors.base import Failure
from skyflytt.errors.files import CopyAltered, NameNotUtf8, PathEscapes, PathMissing, PathRefused
from skyflytt.files.each import READ_EACH, RENAME_EACH, STAT_EACH, WRITE_EACH, Content, Rename, attempt
from skyflytt.files.paths import ancestors, check_below, check_path, decode, is_utf8, join, parent, readable
from skyflytt.files.port import Entry, EntryKind, FileCapabilities, ScanFailure
from skyflytt.files.posix_rights import posix_rights
from skyflytt.files.rights import Rights
from skyflytt.files.sftp.attributes import kind_in, wrong_kind
from skyflytt.files.sftp.connect import SftpSettings, connected
from skyflytt.files.sftp.failures import failure_of
from skyflytt.files.sftp.packets import (
    NO_ATTRIBUTES,
    Attributes,
    Command,
    OpenFlag,
    Refusal,
    Status,
    open_fields,
    size_attribute,
    text,
    times_attribute,
)
from skyflytt.files.sftp.session import Session
from skyflytt.files.sftp.shell import Shell
from skyflytt.files.sftp.together import LSETSTAT, POSIX_RENAME, Together
from skyflytt.files.sftp.transfer import Reader, Writer
from skyflytt.files.stream import reading, writing
from skyflytt.files.walk import Listed, walk

GONE = {Status.NO_SUCH_FILE, Status.NO_SUCH_PATH}
REMEMBERED_FOLDERS = 20_000
DIGEST_FROM_BYTES = 8 << 20
STATVFS = "statvfs@openssh.com"


@contextmanager
def open_sftp(server: SftpSettings, secret: str | None = None) -> Iterator[SftpStore]:
    """The folder `server.root` of an SFTP server, which must exist; `secret` is the password or the key file's passphrase."""
    with connected(server, secret) as channel:
        shell = Shell(channel.get_transport() if server.digests == "shell" else None)
        store = SftpStore(Session(channel, f"{server.host}:{server.port}"), server.root, shell)
        store.check_root()
        yield store


def capabilities(*, replaces: bool, digest: bool) -> FileCapabilities:
    """What a server can do that renames over an existing file (posix-rename@openssh.com), and lets a command run there for digests."""
    return FileCapabilities(
        atomic_rename=replaces,
        digest=digest,
        digest_from_bytes=DIGEST_FROM_BYTES,
        max_connections=8,
        links=True,
        rights="posix",
        at_once=frozenset({STAT_EACH, READ_EACH, WRITE_EACH, RENAME_EACH}),
    )


class SftpStore:
    """A `FileStore` over one connection. Links are found out by LSTAT, once per folder and connection: the protocol knows no
    opening that does not follow them."""

    def __init__(self, session: Session, root: str, shell: Shell | None = None) -> None:
        self.session = session
        self._root = root.rstrip("/")
        self._shell = shell
        self._real_folders: set[str] = set()
        self.capabilities = capabilities(replaces=POSIX_RENAME in session.extensions, digest=shell is not None)

    def check_root(self) -> None:
        """The root itself may be a link: it is the account's own choice."""
        root = self._root or "/"
        with self._failures(root):
            attributes = self.session.ask(Command.STAT, text(root)).attributes()
        if kind_in(attributes) is not EntryKind.FOLDER:
            raise PathRefused(root, "it is not a folder")

    def free_bytes(self) -> int | None:
        """By OpenSSH's statvfs (PROTOCOL, section 4.4): f_bavail, in units of f_frsize."""
        if STATVFS not in self.session.extensions:
            return None
        try:
            answer = self.session.ask_extended(STATVFS, text(self._root or "/"))
        except Refusal:
            return None
        _, unit, _, _, available = (answer.long() for _ in range(5))
        return unit * available

    def at(self, path: str) -> bytes:
        return f"{self._root}/{path}".encode()

    @contextmanager
    def _failures(self, path: str) -> Iterator[None]:
        try:
            yield
        except Refusal as refusal:
            raise self.failure(path, refusal) from refusal

    def failure(self, path: str, refusal: Refusal) -> Failure:
        return failure_of(self.session, path, (self._root or "/").encode(), refusal)

    def _lstat(self, path: str) -> Attributes | None:
        return self.answered(path, self.session.attributes(self.at(path)))

    def answered(self, path: str, request: int) -> Attributes | None:
        try:
            return self.session.wait(request).attributes()
        except Refusal as refusal:
            if refusal.code in GONE:
                return None
            raise self.failure(path, refusal) from refusal

    def _settle_folders(self, path: str, *, make: bool = False) -> None:
        """See that every folder above `path` is a folder and no link; make those that are missing, or raise `PathMissing`."""
        for folder, attributes in self._look_up(ancestors(path)):
            if attributes is None:
                if not make:
                    raise PathMissing(folder, "no such folder")
                self._make_one(folder)
            else:
                self._check_folder(folder, attributes)
            self._remember(folder)

    def _look_up(self, folders: Iterable[str]) -> list[tuple[str, Attributes | None]]:
        """Those of the folders that this connection has not seen yet, asked for in one go."""
        unknown = [folder for folder in dict.fromkeys(folders) if folder not in self._real_folders]
        asked = [(folder, self.session.attributes(self.at(folder))) for folder in unknown]
        return [(folder, self.answered(folder, request)) for folder, request in asked]

    def is_settled(self, path: str) -> bool:
        """Whether every folder above `path` is known to be one on this connection."""
        folder = parent(path)
        return not folder or folder in self._real_folders

    def settle_each(self, paths: Sequence[str]) -> None:
        """See which of the folders above the paths are folders and no links, in one go; each path is still settled by itself."""
        for folder, attributes in self._look_up(folder for path in paths for folder in ancestors(path)):
            if attributes is not None and kind_in(attributes) is EntryKind.FOLDER:
                self._remember(folder)

    def _check_folder(self, folder: str, attributes: Attributes) -> None:
        kind = kind_in(attributes)
        if kind is EntryKind.SYMLINK:
            raise PathEscapes(folder, "it is a symbolic link")
        if kind is not EntryKind.FOLDER:
            raise PathRefused(folder, "it is not a folder")

    def _make_one(self, folder: str) -> None:
        try:
            self.session.ask(Command.MKDIR, text(self.at(folder)), NO_ATTRIBUTES)
        except Refusal as refusal:
            there = self._lstat(folder)
            if there is None:
                raise self.failure(folder, refusal) from refusal
            self._check_folder(folder, there)

    def _remember(self, folder: str) -> None:
        if len(self._real_folders) >= REMEMBERED_FOLDERS:
            self._real_folders.clear()
        self._real_folders.add(folder)

    def _forget(self, path: str) -> None:
        self._real_folders = {f for f in self._real_folders if f != path and not f.startswith(f"{path}/")}

    def scan(self, below: str = "") -> Iterator[Entry | ScanFailure]:
        return walk(self._listing, check_below(below))

    def _listing(self, folder: str) -> list[Listed]:
        self._settle_folders(join(folder, "x"))
        with self._failures(folder or self._root or "/"):
            names = list(self.session.list_folder(self.at(folder)))
            return [self._listed(folder, name, attributes) for name, attributes in names if name not in (b".", b"..")]

    def _listed(self, folder: str, name: bytes, attributes: Attributes) -> Listed:
        if attributes.mode is None or attributes.size is None or attributes.modified is None:
            attributes = self.session.wait(self.session.attributes(self.at(folder) + b"/" + name)).attributes()
        return Listed(decode(name), kind_in(attributes), attributes.size or 0, _time(attributes))

    def stat(self, path: str) -> Entry | None:
        try:
            self._settle_folders(check_path(path))
        except (PathMissing, PathRefused):
            return None
        return self.entry(path, self.session.attributes(self.at(path)))

    def entry(self, path: str, request: int) -> Entry | None:
        attributes = self.answered(path, request)
        if attributes is None:
            return None
        kind = kind_in(attributes)
        return Entry(path, kind, (attributes.size or 0) if kind is EntryKind.FILE else 0, _time(attributes))

    @contextmanager
    def read(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        self._settle_folders(check_path(path))
        looked = self.session.attributes(self.at(path))
        opening = self.session.send(Command.OPEN, text(self.at(path)), open_fields(OpenFlag.READ))
        handle = self._opened_to_read(path, looked, opening)
        size = handle[1].size or 0
        reader = Reader(self.session, handle[0], offset, size)

        def take(size: int) -> bytes:
            with self._failures(path):
                return reader.take(size)

        try:
            yield reading(take)
        finally:
            reader.give_up()
            self.session.close_handle(handle[0])

    def _opened_to_read(self, path: str, looked: int, opening: int) -> tuple[bytes, Attributes]:
        """The handle and the attributes, asked for in one go; a link or folder that the server opened is closed unread."""
        attributes = self.answered(path, looked)
        try:
            handle = self.session.wait(opening).text()
        except Refusal as refusal:
            if attributes is not None and kind_in(attributes) is not EntryKind.FILE:
                raise wrong_kind(path, attributes) from None
            raise self.failure(path, refusal) from refusal
        if attributes is not None and kind_in(attributes) is EntryKind.FILE:
            return handle, attributes
        self.session.close_handle(handle)
        raise wrong_kind(path, attributes) if attributes else PathMissing(path, "it has just gone")

    @contextmanager
    def write(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        self._settle_folders(check_path(path), make=not offset)
        handle = self._opened_to_go_on(path, offset) if offset else self._opened_empty(path)
        writer = Writer(self.session, handle, offset)

        def put(data: memoryview) -> None:
            with self._failures(path):
                writer.put(data)

        try:
            yield writing(put)
        except BaseException:
            writer.give_up()
            raise
        with self._failures(path):
            writer.finish()

    def _opened_empty(self, path: str) -> bytes:
        """A new file; only when one is there already, and is no link, is it opened and emptied."""
        new = OpenFlag.WRITE | OpenFlag.CREATE
        try:
            return self._open(path, new | OpenFlag.EXCLUSIVE)
        except Refusal as refusal:
            there = self._lstat(path)
            if there is None and refusal.code in GONE:
                return self._opened_in_new_folder(path, refusal)
            if there is None:
                raise self.failure(path, refusal) from refusal
            if kind_in(there) is not EntryKind.FILE:
                raise wrong_kind(path, there) from None
        with self._failures(path):
            return self._open(path, new | OpenFlag.TRUNCATE)

    def _opened_in_new_folder(self, path: str, refusal: Refusal) -> bytes:
        """A folder that was there when this connection looked is gone: make it again."""
        if not (folder := parent(path)):
            raise self.failure(path, refusal) from refusal
        self._forget(folder.split("/")[0])
        self._settle_folders(path, make=True)
        with self._failures(path):
            return self._open(path, OpenFlag.WRITE | OpenFlag.CREATE | OpenFlag.EXCLUSIVE)

    def _opened_to_go_on(self, path: str, offset: int) -> bytes:
        there = self._lstat(path)
        if there is None:
            raise PathMissing(path, "no such file")
        if kind_in(there) is not EntryKind.FILE:
            raise wrong_kind(path, there)
        if (there.size or 0) < offset:
            raise CopyAltered(path, f"it has {there.size} bytes, not the {offset} to go on from")
        with self._failures(path):
            handle = self._open(path, OpenFlag.WRITE)
            if there.size != offset:
                self.session.ask(Command.FSETSTAT, text(handle), size_attribute(offset))
        return handle

    def _open(self, path: str, flags: OpenFlag) -> bytes:
        return self.session.ask(Command.OPEN, text(self.at(path)), open_fields(flags)).text()

    def rename(self, path: str, to: str, modified: datetime | None = None) -> None:
        self._settle_folders(check_path(path))
        self._settle_folders(check_path(to), make=True)
        touching = self._touching(path, modified) if modified else None
        with self._failures(path):
            if self.capabilities.atomic_rename:
                both = text(self.at(path)) + text(self.at(to))
                renaming = self.session.send(Command.EXTENDED, text(POSIX_RENAME), both)
            if touching is not None:
                self.session.wait(touching)
            if self.capabilities.atomic_rename:
                self.session.wait(renaming)
            else:
                self._rename_over(path, to)
        self._forget(path)

    def _touching(self, path: str, modified: datetime) -> int:
        """Queue the setting of the time of modification, in a way that does not follow a link."""
        fields = text(self.at(path)) + times_attribute(int(modified.timestamp()))
        if LSETSTAT in self.session.extensions:
            return self.session.send(Command.EXTENDED, text(LSETSTAT), fields)
        there = self._lstat(path)
        if there is not None and kind_in(there) is EntryKind.SYMLINK:
            raise PathEscapes(path, "it is a symbolic link")
        return self.session.send(Command.SETSTAT, fields)

    def _rename_over(self, path: str, to: str) -> None:
        """Version 3's own rename refuses a name that is taken (section 6.5)."""
        source, target = text(self.at(path)), text(self.at(to))
        try:
            self.session.ask(Command.RENAME, source, target)
        except Refusal:
            there = self._lstat(to)
            if there is None or kind_in(there) is EntryKind.FOLDER or self._lstat(path) is None:
                raise
            self.session.ask(Command.REMOVE, target)
            self.session.ask(Command.RENAME, source, target)

    def remove(self, path: str) -> None:
        there = self.stat(path)
        if there is None:
            return
        command = Command.RMDIR if there.kind is EntryKind.FOLDER else Command.REMOVE
        try:
            self.session.ask(command, text(self.at(path)))
        except Refusal as refusal:
            if refusal.code not in GONE:
                raise self.failure(path, refusal) from refusal
        self._forget(path)

    def read_link(self, path: str) -> str:
        self._settle_folders(check_path(path))
        looked = self._lstat(path)
        if looked is None:
            raise PathMissing(path, "no such file or folder")
        if kind_in(looked) is not EntryKind.SYMLINK:
            raise PathRefused(path, "it is no link")
        with self._failures(path):
            answer = self.session.ask(Command.READLINK, text(self.at(path)))
        if answer.number() != 1:
            raise PathRefused(path, "the server does not say where the link leads")
        link = decode(answer.text())
        if not is_utf8(link):
            raise NameNotUtf8(path, f"the link says {readable(link)}")
        return link

    def make_link(self, path: str, to: str) -> None:
        self._settle_folders(check_path(path), make=True)
        # The other way round than the protocol has it, as OpenSSH and those who followed it do (its PROTOCOL file, section 4.1).
        with self._failures(path):
            self.session.ask(Command.SYMLINK, text(to), text(self.at(path)))

    def rights_each(self, paths: Sequence[str]) -> list[Rights | Failure | None]:
        self.settle_each([check_path(path) for path in paths if path])
        asked = {path: self.session.attributes(self.at(path)) for path in paths if path and self.is_settled(path)}
        return [attempt(lambda path=path: self._rights(path, asked.get(path))) for path in paths]  # type: ignore[misc]

    def _rights(self, path: str, asked: int | None) -> Rights | None:
        """Access lists are not told: the protocol has no place for them."""
        if not path:
            with self._failures(self._root or "/"):
                found: Attributes | None = self.session.ask(Command.STAT, text(self._root or "/")).attributes()
        elif asked is not None:
            found = self.answered(path, asked)
        else:
            self._settle_folders(path)
            found = self._lstat(path)
        if found is None:
            return None
        return posix_rights(found.mode or 0, found.owner) if found.owner else None

    def stat_each(self, paths: Sequence[str]) -> list[Entry | Failure | None]:
        return Together(self).stat(paths)

    def read_each(self, files: Sequence[tuple[str, int]]) -> list[bytes | Failure]:
        return Together(self).read(files)

    def write_each(self, files: Sequence[Content]) -> list[Failure | None]:
        return Together(self).write(files)

    def rename_each(self, renames: Sequence[Rename]) -> list[Failure | None]:
        return Together(self).rename(renames)

    def make_folder(self, path: str) -> None:
        self._settle_folders(join(check_path(path), "x"), make=True)

    def digest(self, path: str) -> str | None:
        check_path(path)
        if self._shell is None:
            return None
        there = self.stat(path)
        if there is None or there.kind is not EntryKind.FILE or there.size_bytes < DIGEST_FROM_BYTES:
            return None
        return self._shell.sha256(self.at(path), there.size_bytes)


def _time(attributes: Attributes) -> datetime:
    return datetime.fromtimestamp(attributes.modified or 0, UTC)
