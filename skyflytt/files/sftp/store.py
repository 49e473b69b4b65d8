"""An SFTP server's folder as a store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import BinaryIO

from skyflytt.errors.base import Failure
from skyflytt.errors.files import CopyAltered, NameNotUtf8, PathEscapes, PathMissing, PathRefused
from skyflytt.files.each import READ_EACH, RENAME_EACH, STAT_EACH, WRITE_EACH, Content, Rename, attempt
from skyflytt.files.paths import check_below, check_path, decode, is_utf8, join, parent, readable
from skyflytt.files.port import Entry, EntryKind, FileCapabilities, ScanFailure
from skyflytt.files.posix_rights import posix_rights
from skyflytt.files.rights import Rights
from skyflytt.files.sftp.attributes import kind_in, wrong_kind
from skyflytt.files.sftp.connect import SftpSettings, connected
from skyflytt.files.sftp.folders import Folders
from skyflytt.files.sftp.packets import (
    Attributes,
    Command,
    OpenFlag,
    Refusal,
    open_fields,
    size_attribute,
    text,
    times_attribute,
)
from skyflytt.files.sftp.place import GONE, Place
from skyflytt.files.sftp.session import Session
from skyflytt.files.sftp.shell import Shell
from skyflytt.files.sftp.together import LSETSTAT, POSIX_RENAME, Together
from skyflytt.files.sftp.transfer import Reader, Writer
from skyflytt.files.stream import reading, writing
from skyflytt.files.walk import Listed, walk

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
    """A `FileStore` over one connection. No link is followed below its root."""

    def __init__(self, session: Session, root: str, shell: Shell | None = None) -> None:
        self.session = session
        self.place = Place(session, root)
        self.folders = Folders(self.place)
        self._shell = shell
        self.capabilities = capabilities(replaces=POSIX_RENAME in session.extensions, digest=shell is not None)

    def check_root(self) -> None:
        """The root itself may be a link: it is the account's own choice."""
        root = self.place.root
        with self.place.failures(root):
            attributes = self.session.ask(Command.STAT, text(root)).attributes()
        if kind_in(attributes) is not EntryKind.FOLDER:
            raise PathRefused(root, "it is not a folder")

    def free_bytes(self) -> int | None:
        """By OpenSSH's statvfs (PROTOCOL, section 4.4): f_bavail, in units of f_frsize."""
        if STATVFS not in self.session.extensions:
            return None
        try:
            answer = self.session.ask_extended(STATVFS, text(self.place.root))
        except Refusal:
            return None
        _, unit, _, _, available = (answer.long() for _ in range(5))
        return unit * available

    def scan(self, below: str = "") -> Iterator[Entry | ScanFailure]:
        return walk(self._listing, check_below(below))

    def _listing(self, folder: str) -> list[Listed]:
        self.folders.settle(join(folder, "x"))
        with self.place.failures(folder or self.place.root):
            names = list(self.session.list_folder(self.place.at(folder)))
            return [self._listed(folder, name, attributes) for name, attributes in names if name not in (b".", b"..")]

    def _listed(self, folder: str, name: bytes, attributes: Attributes) -> Listed:
        if attributes.mode is None or attributes.size is None or attributes.modified is None:
            attributes = self.session.wait(self.session.attributes(self.place.at(folder) + b"/" + name)).attributes()
        return Listed(decode(name), kind_in(attributes), attributes.size or 0, _time(attributes))

    def stat(self, path: str) -> Entry | None:
        try:
            self.folders.settle(check_path(path))
        except (PathMissing, PathRefused):
            return None
        return self.entry(path, self.session.attributes(self.place.at(path)))

    def entry(self, path: str, request: int) -> Entry | None:
        attributes = self.place.answered(path, request)
        if attributes is None:
            return None
        kind = kind_in(attributes)
        return Entry(path, kind, (attributes.size or 0) if kind is EntryKind.FILE else 0, _time(attributes))

    @contextmanager
    def read(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        self.folders.settle(check_path(path))
        looked = self.session.attributes(self.place.at(path))
        opening = self.session.send(Command.OPEN, text(self.place.at(path)), open_fields(OpenFlag.READ))
        handle = self._opened_to_read(path, looked, opening)
        size = handle[1].size or 0
        reader = Reader(self.session, handle[0], offset, size)

        def take(size: int) -> bytes:
            with self.place.failures(path):
                return reader.take(size)

        try:
            yield reading(take)
        finally:
            reader.give_up()
            self.session.close_handle(handle[0])

    def _opened_to_read(self, path: str, looked: int, opening: int) -> tuple[bytes, Attributes]:
        """The handle and the attributes, asked for in one go; a link or folder that the server opened is closed unread."""
        attributes = self.place.answered(path, looked)
        try:
            handle = self.session.wait(opening).text()
        except Refusal as refusal:
            if attributes is not None and kind_in(attributes) is not EntryKind.FILE:
                raise wrong_kind(path, attributes) from None
            raise self.place.failure(path, refusal) from refusal
        if attributes is not None and kind_in(attributes) is EntryKind.FILE:
            return handle, attributes
        self.session.close_handle(handle)
        raise wrong_kind(path, attributes) if attributes else PathMissing(path, "it has just gone")

    @contextmanager
    def write(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        self.folders.settle(check_path(path), make=not offset)
        handle = self._opened_to_go_on(path, offset) if offset else self._opened_empty(path)
        writer = Writer(self.session, handle, offset)

        def put(data: memoryview) -> None:
            with self.place.failures(path):
                writer.put(data)

        try:
            yield writing(put)
        except BaseException:
            writer.give_up()
            raise
        with self.place.failures(path):
            writer.finish()

    def _opened_empty(self, path: str) -> bytes:
        """A new file; only when one is there already, and is no link, is it opened and emptied."""
        new = OpenFlag.WRITE | OpenFlag.CREATE
        try:
            return self._open(path, new | OpenFlag.EXCLUSIVE)
        except Refusal as refusal:
            there = self.place.lstat(path)
            if there is None and refusal.code in GONE:
                return self._opened_in_new_folder(path, refusal)
            if there is None:
                raise self.place.failure(path, refusal) from refusal
            if kind_in(there) is not EntryKind.FILE:
                raise wrong_kind(path, there) from None
        with self.place.failures(path):
            return self._open(path, new | OpenFlag.TRUNCATE)

    def _opened_in_new_folder(self, path: str, refusal: Refusal) -> bytes:
        """A folder that was there when this connection looked is gone: make it again."""
        if not (folder := parent(path)):
            raise self.place.failure(path, refusal) from refusal
        self.folders.forget(folder.split("/")[0])
        self.folders.settle(path, make=True)
        with self.place.failures(path):
            return self._open(path, OpenFlag.WRITE | OpenFlag.CREATE | OpenFlag.EXCLUSIVE)

    def _opened_to_go_on(self, path: str, offset: int) -> bytes:
        there = self.place.lstat(path)
        if there is None:
            raise PathMissing(path, "no such file")
        if kind_in(there) is not EntryKind.FILE:
            raise wrong_kind(path, there)
        if (there.size or 0) < offset:
            raise CopyAltered(path, f"it has {there.size} bytes, not the {offset} to go on from")
        with self.place.failures(path):
            handle = self._open(path, OpenFlag.WRITE)
            if there.size != offset:
                self.session.ask(Command.FSETSTAT, text(handle), size_attribute(offset))
        return handle

    def _open(self, path: str, flags: OpenFlag) -> bytes:
        return self.session.ask(Command.OPEN, text(self.place.at(path)), open_fields(flags)).text()

    def rename(self, path: str, to: str, modified: datetime | None = None) -> None:
        self.folders.settle(check_path(path))
        self.folders.settle(check_path(to), make=True)
        touching = self._touching(path, modified) if modified else None
        with self.place.failures(path):
            if self.capabilities.atomic_rename:
                both = text(self.place.at(path)) + text(self.place.at(to))
                renaming = self.session.send(Command.EXTENDED, text(POSIX_RENAME), both)
            if touching is not None:
                self.session.wait(touching)
            if self.capabilities.atomic_rename:
                self.session.wait(renaming)
            else:
                self._rename_over(path, to)
        self.folders.forget(path)

    def _touching(self, path: str, modified: datetime) -> int:
        """Queue the setting of the time of modification, in a way that does not follow a link."""
        fields = text(self.place.at(path)) + times_attribute(int(modified.timestamp()))
        if LSETSTAT in self.session.extensions:
            return self.session.send(Command.EXTENDED, text(LSETSTAT), fields)
        there = self.place.lstat(path)
        if there is not None and kind_in(there) is EntryKind.SYMLINK:
            raise PathEscapes(path, "it is a symbolic link")
        return self.session.send(Command.SETSTAT, fields)

    def _rename_over(self, path: str, to: str) -> None:
        """Version 3's own rename refuses a name that is taken (section 6.5)."""
        source, target = text(self.place.at(path)), text(self.place.at(to))
        try:
            self.session.ask(Command.RENAME, source, target)
        except Refusal:
            there = self.place.lstat(to)
            if there is None or kind_in(there) is EntryKind.FOLDER or self.place.lstat(path) is None:
                raise
            self.session.ask(Command.REMOVE, target)
            self.session.ask(Command.RENAME, source, target)

    def remove(self, path: str) -> None:
        there = self.stat(path)
        if there is None:
            return
        command = Command.RMDIR if there.kind is EntryKind.FOLDER else Command.REMOVE
        try:
            self.session.ask(command, text(self.place.at(path)))
        except Refusal as refusal:
            if refusal.code not in GONE:
                raise self.place.failure(path, refusal) from refusal
        self.folders.forget(path)

    def read_link(self, path: str) -> str:
        self.folders.settle(check_path(path))
        looked = self.place.lstat(path)
        if looked is None:
            raise PathMissing(path, "no such file or folder")
        if kind_in(looked) is not EntryKind.SYMLINK:
            raise PathRefused(path, "it is no link")
        with self.place.failures(path):
            answer = self.session.ask(Command.READLINK, text(self.place.at(path)))
        if answer.number() != 1:
            raise PathRefused(path, "the server does not say where the link leads")
        link = decode(answer.text())
        if not is_utf8(link):
            raise NameNotUtf8(path, f"the link says {readable(link)}")
        return link

    def make_link(self, path: str, to: str) -> None:
        self.folders.settle(check_path(path), make=True)
        # The other way round than the protocol has it, as OpenSSH and those who followed it do (its PROTOCOL file, section 4.1).
        with self.place.failures(path):
            self.session.ask(Command.SYMLINK, text(to), text(self.place.at(path)))

    def rights_each(self, paths: Sequence[str]) -> list[Rights | Failure | None]:
        self.folders.settle_each([check_path(path) for path in paths if path])
        asked = {
            path: self.session.attributes(self.place.at(path))
            for path in paths
            if path and self.folders.is_settled(path)
        }
        return [attempt(lambda path=path: self._rights(path, asked.get(path))) for path in paths]  # type: ignore[misc]

    def _rights(self, path: str, asked: int | None) -> Rights | None:
        """Access lists are not told: the protocol has no place for them."""
        if not path:
            with self.place.failures(self.place.root):
                found: Attributes | None = self.session.ask(Command.STAT, text(self.place.root)).attributes()
        elif asked is not None:
            found = self.place.answered(path, asked)
        else:
            self.folders.settle(path)
            found = self.place.lstat(path)
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
        self.folders.settle(join(check_path(path), "x"), make=True)

    def digest(self, path: str) -> str | None:
        check_path(path)
        if self._shell is None:
            return None
        there = self.stat(path)
        if there is None or there.kind is not EntryKind.FILE or there.size_bytes < DIGEST_FROM_BYTES:
            return None
        return self._shell.sha256(self.place.at(path), there.size_bytes)


def _time(attributes: Attributes) -> datetime:
    return datetime.fromtimestamp(attributes.modified or 0, UTC)
