"""Many small files in a few round trips: each step's requests for all files are under way together.

The protocol keeps the order of requests for one file (draft-ietf-secsh-filexfer-02, section 4.1), so what depends on no answer does
not wait for one. Whatever is out of the ordinary for a file (a name that is taken, a folder that is missing, a short answer) is left
to the store's own way of doing it, one file after another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from skyflytt.errors.base import Failure
from skyflytt.errors.files import PathMissing
from skyflytt.files.each import Content, Rename, attempt
from skyflytt.files.paths import check_path
from skyflytt.files.port import Entry, EntryKind
from skyflytt.files.sftp.attributes import kind_in, wrong_kind
from skyflytt.files.sftp.packets import Command, OpenFlag, Refusal, open_fields, text, times_attribute
from skyflytt.files.sftp.session import read_fields, write_fields

if TYPE_CHECKING:
    from skyflytt.files.sftp.store import SftpStore

POSIX_RENAME = "posix-rename@openssh.com"
LSETSTAT = "lsetstat@openssh.com"
NEW = OpenFlag.WRITE | OpenFlag.CREATE | OpenFlag.EXCLUSIVE
S = TypeVar("S")
T = TypeVar("T")


class Together:
    """The methods of `ManyAtOnce` over a store's connection."""

    def __init__(self, store: SftpStore) -> None:
        self._store = store
        self._session, self._place, self._folders = store.session, store.place, store.folders

    def stat(self, paths: Sequence[str]) -> list[Entry | Failure | None]:
        self._folders.settle_each([check_path(path) for path in paths])
        looks = [self._look(path) if self._folders.is_settled(path) else None for path in paths]
        answers: list[Entry | Failure | None] = []
        for path, look in zip(paths, looks, strict=True):
            answers.append(self._try(self._store.stat, path) if look is None else self._looked(path, look))
        return answers

    def _look(self, path: str) -> int:
        return self._session.attributes(self._place.at(path))

    def _looked(self, path: str, request: int) -> Entry | Failure | None:
        return attempt(lambda: self._store.entry(path, request))

    def read(self, files: Sequence[tuple[str, int]]) -> list[bytes | Failure]:
        self._folders.settle_each([check_path(path) for path, _ in files])
        settled = [self._folders.is_settled(path) for path, _ in files]
        asked = [
            (self._look(path), self._open(path, OpenFlag.READ)) if known else None
            for (path, _), known in zip(files, settled, strict=True)
        ]
        opened = [
            self._opened(path, most, *requests) if requests else None
            for (path, most), requests in zip(files, asked, strict=True)
        ]
        reading = [one if isinstance(one, Failure) or one is None else self._ask(*one) for one in opened]
        return [
            one if isinstance(one, Failure) else self._taken(file, one)
            for file, one in zip(files, reading, strict=True)
        ]

    def _open(self, path: str, flags: OpenFlag) -> int:
        return self._session.send(Command.OPEN, text(self._place.at(path)), open_fields(flags))

    def _opened(self, path: str, most: int, look: int, opening: int) -> tuple[bytes, int] | Failure:
        """The handle and how much to ask for: one byte more than was expected is enough to know that the file has grown."""
        try:
            attributes = self._place.answered(path, look)
        except Failure as failure:
            self._give_back(opening)
            return failure
        try:
            handle = self._session.wait(opening).text()
        except Refusal as refusal:
            if attributes is not None and kind_in(attributes) is not EntryKind.FILE:
                return wrong_kind(path, attributes)
            return self._place.failure(path, refusal)
        if attributes is None or kind_in(attributes) is not EntryKind.FILE:
            self._session.close_handle(handle)
            return wrong_kind(path, attributes) if attributes else PathMissing(path, "it has just gone")
        return handle, min(attributes.size or 0, most + 1)

    def _give_back(self, opening: int) -> None:
        with suppress(Refusal):
            self._session.close_handle(self._session.wait(opening).text())

    def _ask(self, handle: bytes, size: int) -> list[tuple[int, int]]:
        """Requests and the sizes that they ask for; the file is closed behind them."""
        block = self._session.block_bytes
        asked = [
            (self._session.send(Command.READ, read_fields(handle, at, min(block, size - at))), min(block, size - at))
            for at in range(0, size, block)
        ]
        self._session.forget(self._session.send(Command.CLOSE, text(handle)))
        return asked

    def _taken(self, file: tuple[str, int], asked: list[tuple[int, int]] | None) -> bytes | Failure:
        pieces: list[bytes] | None = None if asked is None else []
        for request, size in asked or ():
            try:
                piece = self._session.wait(request).text()
            except Refusal:
                piece = b""
            if pieces is not None:
                pieces.append(piece)
                if len(piece) != size:
                    pieces = None
        return self._try(self._read_alone, file) if pieces is None else b"".join(pieces)

    def _read_alone(self, file: tuple[str, int]) -> bytes:
        with self._store.read(file[0]) as stream:
            return stream.read(file[1] + 1)

    def write(self, files: Sequence[Content]) -> list[Failure | None]:
        self._folders.settle_each([check_path(file.path) for file in files])
        opening = [self._open(file.path, NEW) if self._folders.is_settled(file.path) else None for file in files]
        handles = [None if request is None else self._handle(request) for request in opening]
        sent = [
            None if handle is None else self._send(handle, file.content)
            for file, handle in zip(files, handles, strict=True)
        ]
        return [
            self._try(self._write_alone, file) if requests is None else self._arrived(file.path, requests)
            for file, requests in zip(files, sent, strict=True)
        ]

    def _handle(self, request: int) -> bytes | None:
        try:
            return self._session.wait(request).text()
        except Refusal:
            return None

    def _send(self, handle: bytes, content: bytes) -> list[int]:
        block, view = self._session.block_bytes, memoryview(content)
        pieces = ((at, view[at : at + block]) for at in range(0, len(view), block))
        sent = [self._session.send(Command.WRITE, write_fields(handle, at, len(piece)), piece) for at, piece in pieces]
        return [*sent, self._session.send(Command.CLOSE, text(handle))]

    def _arrived(self, path: str, requests: list[int]) -> Failure | None:
        """Every answer is looked at: a refused block is never taken for one that arrived."""
        refused: Refusal | None = None
        for request in requests:
            try:
                self._session.wait(request)
            except Refusal as refusal:
                refused = refused or refusal
        if refused is None:
            return None
        return attempt(lambda: _raise(self._place.failure(path, refused)))

    def _write_alone(self, file: Content) -> None:
        with self._store.write(file.path) as stream:
            stream.write(file.content)

    def rename(self, renames: Sequence[Rename]) -> list[Failure | None]:
        """Nothing gets its name before it has its time."""
        self._folders.settle_each([path for one in renames for path in (check_path(one.path), check_path(one.to))])
        touching = [self._touching(one) if self._is_plain(one) else None for one in renames]
        touched = [
            None if requests is None else self._arrived(one.path, requests) or self._renaming(one)
            for one, requests in zip(renames, touching, strict=True)
        ]
        return [
            self._try(self._rename_alone, one) if sent is None else self._renamed(one, sent)
            for one, sent in zip(renames, touched, strict=True)
        ]

    def _is_plain(self, one: Rename) -> bool:
        able = {POSIX_RENAME, LSETSTAT} <= self._session.extensions
        return able and self._folders.is_settled(one.path) and self._folders.is_settled(one.to)

    def _touching(self, one: Rename) -> list[int]:
        if one.modified is None:
            return []
        touch = text(self._place.at(one.path)) + times_attribute(int(one.modified.timestamp()))
        return [self._session.send(Command.EXTENDED, text(LSETSTAT), touch)]

    def _renaming(self, one: Rename) -> list[int]:
        both = text(self._place.at(one.path)) + text(self._place.at(one.to))
        return [self._session.send(Command.EXTENDED, text(POSIX_RENAME), both)]

    def _renamed(self, one: Rename, sent: Failure | list[int]) -> Failure | None:
        return sent if isinstance(sent, Failure) else self._arrived(one.path, sent)

    def _rename_alone(self, one: Rename) -> None:
        self._store.rename(one.path, one.to, one.modified)

    @staticmethod
    def _try(act: Callable[[S], T], thing: S) -> T | Failure:
        return attempt(lambda: act(thing))


def _raise(failure: Failure) -> None:
    raise failure
