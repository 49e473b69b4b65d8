"""A store in this process's memory: the reference for the contract, and a quick place for tests of what is built on it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from skyflytt.errors.files import CopyAltered, PathMissing, PathRefused
from skyflytt.files.paths import ancestors, check_below, check_path, parent
from skyflytt.files.port import Entry, EntryKind, FileCapabilities, ScanFailure
from skyflytt.files.stream import reading, writing
from skyflytt.files.walk import Listed, walk

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class _File:
    content: bytearray
    modified: datetime = BEGINNING


class MemoryStore:
    """A `FileStore` of files and folders; times of modification are the epoch until they are set."""

    capabilities = FileCapabilities(digest=True, mtime_step_seconds=1e-6, symlinks=False, max_connections=1)

    def __init__(self) -> None:
        self._files: dict[str, _File] = {}
        self._folders: set[str] = set()

    def scan(self, below: str = "") -> Iterator[Entry | ScanFailure]:
        return walk(self._listing, check_below(below))

    def _listing(self, folder: str) -> list[Listed]:
        if folder and folder not in self._folders:
            raise PathMissing(folder, "no such folder")
        inside = [path for path in (*self._files, *self._folders) if parent(path) == folder]
        entries = [entry for path in inside if (entry := self.stat(path))]
        return [Listed(e.path.rpartition("/")[2], e.kind, e.size_bytes, e.modified) for e in entries]

    def stat(self, path: str) -> Entry | None:
        if check_path(path) in self._folders:
            return Entry(path, EntryKind.FOLDER, 0, BEGINNING)
        found = self._files.get(path)
        return Entry(path, EntryKind.FILE, len(found.content), found.modified) if found else None

    @contextmanager
    def read(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        file, position = self._file(path), offset

        def take(size: int) -> bytes:
            nonlocal position
            piece = bytes(file.content[position : position + size])
            position += len(piece)
            return piece

        yield reading(take)

    @contextmanager
    def write(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        if check_path(path) in self._folders:
            raise PathRefused(path, "it is a folder")
        file = self._file(path) if offset else _File(bytearray())
        if len(file.content) < offset:
            raise CopyAltered(path, f"it has {len(file.content)} bytes, not the {offset} to go on from")
        if folder := parent(path):
            self.make_folder(folder)
        del file.content[offset:]
        self._files[path] = file
        yield writing(file.content.extend)

    def _file(self, path: str) -> _File:
        if check_path(path) in self._folders:
            raise PathRefused(path, "it is a folder")
        if path not in self._files:
            raise PathMissing(path, "no such file")
        return self._files[path]

    def rename(self, path: str, to: str, modified: datetime | None = None) -> None:
        check_path(to)
        if self.stat(path) is None:
            raise PathMissing(path, "no such file or folder")
        if to in self._folders:
            raise PathRefused(to, "a folder is in the way")
        if path in self._folders:
            self._rename_folder(path, to)
            return
        if folder := parent(to):
            self.make_folder(folder)
        self._files[to] = self._files.pop(path)
        self._files[to].modified = modified or self._files[to].modified

    def _rename_folder(self, path: str, to: str) -> None:
        if to in self._files or f"{to}/".startswith(f"{path}/"):
            raise PathRefused(to, "a folder cannot be renamed to it")
        if folder := parent(to):
            self.make_folder(folder)
        self._folders = {_moved(folder, path, to) for folder in self._folders}
        self._files = {_moved(name, path, to): file for name, file in self._files.items()}

    def remove(self, path: str) -> None:
        if check_path(path) in self._folders and any(parent(other) == path for other in (*self._files, *self._folders)):
            raise PathRefused(path, "the folder is not empty")
        self._folders.discard(path)
        self._files.pop(path, None)

    def make_folder(self, path: str) -> None:
        for folder in (*ancestors(check_path(path)), path):
            if folder in self._files:
                raise PathRefused(folder, "a file is in the way")
            self._folders.add(folder)

    def digest(self, path: str) -> str | None:
        return hashlib.sha256(self._file(path).content).hexdigest()


def _moved(path: str, old: str, new: str) -> str:
    return new + path[len(old) :] if path == old or path.startswith(f"{old}/") else path


@contextmanager
def open_memory() -> Iterator[MemoryStore]:
    """A new, empty store."""
    yield MemoryStore()
