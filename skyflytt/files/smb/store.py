"""A folder of a share as a store."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, BinaryIO

from skyflytt.errors.base import Failure, Permanent
from skyflytt.errors.files import CopyAltered, KindNotCopied, PathEscapes, PathMissing
from skyflytt.files.each import attempt
from skyflytt.files.paths import check_below, check_path, join, parent
from skyflytt.files.port import Entry, EntryKind, FileCapabilities, ScanFailure
from skyflytt.files.rights import Rights
from skyflytt.files.smb import messages
from skyflytt.files.smb.attributes import Attribute, Found, from_time, read_created
from skyflytt.files.smb.connect import SmbSettings, connected
from skyflytt.files.smb.failures import (
    ACCESS_DENIED,
    CANNOT_DELETE,
    IN_USE,
    MISSING,
    NAME_COLLISION,
    NO_MORE_FILES,
    Refusal,
    failure_of,
)
from skyflytt.files.smb.folders import Folders
from skyflytt.files.smb.hidden import hidden_name
from skyflytt.files.smb.listing import read_listing
from skyflytt.files.smb.messages import Access, Disposition, Option, Sharing
from skyflytt.files.smb.names import FORBIDDEN_CHARACTERS, SEPARATOR, check_new
from skyflytt.files.smb.security import DACL, GROUP, OWNER, read_rights
from skyflytt.files.smb.share import Share, all_good, output
from skyflytt.files.smb.transfer import Reader, Writer
from skyflytt.files.stream import reading, writing
from skyflytt.files.walk import Listed, Unlisted, walk

READING = Access.READ_DATA | Access.READ_ATTRIBUTES
WRITING = Access.WRITE_DATA | Access.READ_ATTRIBUTES | Access.SYNCHRONIZE
RENAMING = Access.DELETE | Access.READ_ATTRIBUTES | Access.SYNCHRONIZE
A_FILE = Option.NOT_DIRECTORY | Option.SEQUENTIAL
LINKS_AND_JUNCTIONS = 0x80
"""FILE_SUPPORTS_REPARSE_POINTS of a file system's attributes ([MS-FSCC] section 2.5.1)."""
STEPS = {"FAT": 2.0, "FAT32": 2.0, "EXFAT": 0.01}
RIGHTS_AT_ONCE = 16
STEP = 1e-6
"""The protocol has 100 ns; a datetime has microseconds."""


@contextmanager
def open_smb(server: SmbSettings, secret: str | None = None) -> Iterator[SmbStore]:
    """The folder `server.root` of a share, which must exist; `secret` is the password, None with Kerberos tickets."""
    with connected(server, secret) as share:
        yield SmbStore(share, server.root)


def capabilities(*, symlinks: bool, step_s: float) -> FileCapabilities:
    """What a share can do whose file system shows links, and keeps times in such steps."""
    return FileCapabilities(
        mtime_step_seconds=step_s,
        symlinks=symlinks,
        max_name_bytes=None,
        forbidden_characters=FORBIDDEN_CHARACTERS,
        max_connections=4,
        change_token="ChangeTime",
        rights="windows",
    )


class SmbStore:
    """A `FileStore` over one connection.

    A link or junction that the server shows is never followed: it is looked at once per folder and connection, and what is opened
    is opened as it is. Links that the server itself follows in secret, as Samba does within a share, are the server's to guard.
    """

    def __init__(self, share: Share, root: str) -> None:
        self._share = share
        self._folders = Folders(share, root)
        links, step = self._learn_file_system()
        self.capabilities = capabilities(symlinks=links, step_s=step)

    def _learn_file_system(self) -> tuple[bool, float]:
        """Checks the root, which may itself be a link by the account's own choice; whether links are shown, and the step of times."""
        opening = messages.create(self._folders.at(""), Access.READ_ATTRIBUTES, Disposition.OPEN, Option.DIRECTORY)
        with self._folders.failures(self._folders.root):
            answer = self._share.ask(opening, messages.query_file_system(), messages.close())[1]
            data = output(answer)
            flags, _, name_bytes = struct.unpack_from("<III", data)
        name = data[12 : 12 + name_bytes].decode("utf-16-le", "replace")
        return bool(flags & LINKS_AND_JUNCTIONS), STEPS.get(name.upper(), STEP)

    def scan(self, below: str = "") -> Iterator[Entry | ScanFailure]:
        return walk(self._listing, check_below(below))

    def _listing(self, folder: str) -> list[Listed | Unlisted]:
        self._folders.settle(join(folder, "x"))
        # Whoever is asked for a folder's attributes need not be allowed to list it; the listing is asked for in the same breath.
        opening = messages.create(
            self._folders.at(folder),
            READING,
            Disposition.OPEN,
            Option.DIRECTORY | (Option.REPARSE_POINT if folder else Option(0)),
        )
        with self._folders.failures(folder or self._folders.root):
            parts = (messages.list_on(self._share.listing_bytes), messages.list_on(self._share.listing_bytes))
            answers = self._share.answers(self._share.send(opening, *parts))
            handle = read_created(all_good(answers[:1])[0]).handle
            try:
                listed = list(self._listed(handle, answers[1:]))
            finally:
                self._share.close_later(handle)
            return [self._shown(folder, found) for found in listed]

    def _shown(self, folder: str, found: Listed) -> Listed | Unlisted:
        path = join(folder, found.name)
        wire_path = SEPARATOR.join(part for part in (self._folders.at(folder), found.name) if part)
        failure = hidden_name(self._share, path, wire_path)
        return Unlisted(found.name, failure, found.kind is EntryKind.FOLDER) if failure else found

    def _listed(self, handle: bytes, answers: list[bytes | Refusal]) -> Iterator[Listed]:
        while True:
            for answer in answers:
                if isinstance(answer, Refusal):
                    if answer.status == NO_MORE_FILES:
                        return
                    raise answer
                yield from read_listing(output(answer))
            answers = self._share.answers(self._share.send(messages.list_on(self._share.listing_bytes, handle)))

    def stat(self, path: str) -> Entry | None:
        try:
            self._folders.settle(check_path(path))
        except PathMissing:
            return None
        found = self._folders.look(path)
        if found is None:
            return None
        size = found.size_bytes if found.kind is EntryKind.FILE else 0
        return Entry(path, found.kind, size, found.modified, token=found.changed)

    @contextmanager
    def read(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        self._folders.settle(check_path(path))
        found = self._opened(path, READING, Sharing.ALL)
        reader = Reader(self._share, found.handle, offset, found.size_bytes)

        def take(size: int) -> bytes:
            with self._folders.failures(path):
                return reader.take(size)

        try:
            yield reading(take)
        finally:
            with suppress(Failure):
                reader.give_up()
                if not self._share.broken:
                    self._share.close_later(found.handle)

    def _opened(self, path: str, access: Access, sharing: Sharing) -> Found:
        """A file that is there, opened as it is: a link is refused; what is kept in another way (deduplicated, in a cloud) is
        opened once more, so that the server gives its content."""
        found = self._open(path, access, Option.REPARSE_POINT, sharing)
        if not found.is_reparse_point:
            return found
        self._share.answers(self._share.send(messages.close(found.handle)))
        if (failure := _wrong_kind(path, self._folders.tagged(path, found))) is not None:
            raise failure
        return self._open(path, access, Option(0), sharing)

    def _open(self, path: str, access: Access, option: Option, sharing: Sharing) -> Found:
        opening = messages.create(self._folders.at(path), access, Disposition.OPEN, A_FILE | option, sharing)
        with self._folders.failures(path):
            return read_created(self._share.ask(opening)[0])

    @contextmanager
    def write(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        check_new(check_path(path))
        self._folders.settle(path, make=not offset)
        handle = self._opened_to_go_on(path, offset) if offset else self._opened_empty(path)
        writer = Writer(self._share, handle, offset)

        def put(data: memoryview) -> None:
            with self._folders.failures(path):
                writer.put(data)

        try:
            yield writing(put)
        except BaseException:
            with suppress(Failure):
                writer.give_up()
            raise
        with self._folders.failures(path):
            writer.finish()

    def _opened_empty(self, path: str) -> bytes:
        """A new file; only when one is there already, and is no link, is it opened and emptied."""
        try:
            return self._opened_new(path)
        except Refusal as refusal:
            if refusal.status in MISSING and parent(path):
                return self._opened_in_new_folder(path)
            if refusal.status != NAME_COLLISION:
                raise failure_of(path, self._share.server, refusal) from refusal
        return self._cut(path, self._opened(path, WRITING, Sharing.READ), 0)

    def _opened_new(self, path: str) -> bytes:
        opening = messages.create(self._folders.at(path), WRITING, Disposition.CREATE, A_FILE, Sharing.READ)
        return read_created(self._share.ask(opening)[0]).handle

    def _opened_in_new_folder(self, path: str) -> bytes:
        """A folder that was there when this connection looked is gone: make it again."""
        self._folders.forget(path.split("/", maxsplit=1)[0])
        self._folders.settle(path, make=True)
        with self._folders.failures(path):
            return self._opened_new(path)

    def _opened_to_go_on(self, path: str, offset: int) -> bytes:
        found = self._opened(path, WRITING, Sharing.READ)
        if found.size_bytes < offset:
            self._share.close_later(found.handle)
            raise CopyAltered(path, f"it has {found.size_bytes} bytes, not the {offset} to go on from")
        return found.handle if found.size_bytes == offset else self._cut(path, found, offset)

    def _cut(self, path: str, found: Found, size: int) -> bytes:
        try:
            with self._folders.failures(path):
                self._share.ask(messages.set_size(found.handle, size))
        except Permanent:
            self._share.close_later(found.handle)
            raise
        return found.handle

    def rename(self, path: str, to: str, modified: datetime | None = None) -> None:
        self._folders.settle(check_path(path))
        check_new(check_path(to))
        self._folders.settle(to, make=True)
        self._share.settle()
        try:
            self._rename(path, to, modified)
        except Refusal as refusal:
            if refusal.status != ACCESS_DENIED or not self._may_give_way(to):
                raise failure_of(path, self._share.server, refusal) from refusal
            with self._folders.failures(path):
                self._rename(path, to, modified)
        self._folders.forget(path)

    def _rename(self, path: str, to: str, modified: datetime | None) -> None:
        access = RENAMING | (Access.WRITE_ATTRIBUTES if modified else Access(0))
        opening = messages.create(self._folders.at(path), access, Disposition.OPEN, Option.REPARSE_POINT)
        touching = (messages.set_basic(written=from_time(modified)),) if modified else ()
        self._share.ask(opening, *touching, messages.set_name(self._folders.at(to)), messages.close())

    def _may_give_way(self, path: str) -> bool:
        """Whether what is there can be replaced now; raises `FileInUse` when somebody has it open, which is refused in the same words."""
        if self._made_writable(path):
            return True
        alone = messages.create(
            self._folders.at(path), Access.DELETE, Disposition.OPEN, Option.REPARSE_POINT, Sharing(0)
        )
        refused = self._share.answers(self._share.send(alone, messages.close()))[0]
        if isinstance(refused, Refusal) and refused.status in IN_USE:
            raise failure_of(path, self._share.server, refused)
        return False

    def _made_writable(self, path: str) -> bool:
        """Whether a file was there that nobody may replace or remove for its attribute alone; the attribute is gone now."""
        found = self._folders.look(path)
        if found is None or found.kind is not EntryKind.FILE or not found.attributes & Attribute.READONLY:
            return False
        kept = (found.attributes & ~Attribute.READONLY) or int(Attribute.NORMAL)
        opening = messages.create(
            self._folders.at(path), Access.WRITE_ATTRIBUTES, Disposition.OPEN, Option.REPARSE_POINT
        )
        with self._folders.failures(path):
            self._share.ask(opening, messages.set_basic(attributes=kept), messages.close())
        return True

    def remove(self, path: str) -> None:
        with suppress(PathMissing):
            self._folders.settle(check_path(path))
            self._share.settle()
            with self._folders.failures(path):
                try:
                    self._remove(path)
                except Refusal as refusal:
                    if refusal.status not in (CANNOT_DELETE, ACCESS_DENIED) or not self._made_writable(path):
                        raise
                    self._remove(path)
            self._folders.forget(path)

    def _remove(self, path: str) -> None:
        opening = messages.create(self._folders.at(path), Access.DELETE, Disposition.OPEN, Option.REPARSE_POINT)
        self._share.ask(opening, messages.set_deleted(), messages.close())

    def make_folder(self, path: str) -> None:
        self._folders.settle(join(check_path(path), "x"), make=True)

    def rights_each(self, paths: Sequence[str]) -> list[Rights | Failure | None]:
        answers: list[Rights | Failure | None] = []
        for at in range(0, len(paths), RIGHTS_AT_ONCE):
            asked = [attempt(lambda path=path: self._asked(path)) for path in paths[at : at + RIGHTS_AT_ONCE]]  # type: ignore[misc]
            answers += [
                one if isinstance(one, Failure) else attempt(lambda path=path, one=one: self._rights(path, one))  # type: ignore[misc]
                for path, one in zip(paths[at : at + RIGHTS_AT_ONCE], asked, strict=True)
            ]
        return answers

    def _asked(self, path: str) -> list[Any]:
        if path:
            self._folders.settle(check_path(path))
        access = Access.READ_CONTROL | Access.READ_ATTRIBUTES
        option = Option.REPARSE_POINT if path else Option(0)
        opening = messages.create(self._folders.at(path), access, Disposition.OPEN, option)
        return self._share.send(opening, messages.query_security(OWNER | GROUP | DACL), messages.close())

    def _rights(self, path: str, asked: list[Any]) -> Rights | None:
        answers = self._share.answers(asked)
        if isinstance(answers[0], Refusal) and answers[0].status in MISSING:
            return None
        with self._folders.failures(path or self._folders.root):
            return read_rights(output(all_good(answers)[1]))

    def digest(self, path: str) -> str | None:
        check_path(path)
        return None


def _wrong_kind(path: str, found: Found) -> Failure | None:
    if found.kind is EntryKind.SYMLINK:
        return PathEscapes(path, "it is a link or junction")
    return KindNotCopied(path, "a pipe, socket or device") if found.kind is EntryKind.OTHER else None
