"""Several stores as one tree, to read from: what a drop holds comes from exports, shares and backup folders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from typing import BinaryIO

from skyflytt.errors.files import PathMissing
from skyflytt.errors.ledger import SourceReadOnly
from skyflytt.files.port import Entry, EntryKind, FileCapabilities, FileStore, ScanFailure

BEGINNING = datetime.fromtimestamp(0, UTC)


class Joined:
    """Read-only; `parts` are stores by the folder that they appear as (`"shares/homes"`), none of which lies within another."""

    def __init__(self, parts: Mapping[str, FileStore]) -> None:
        self._parts = dict(sorted(parts.items(), key=lambda part: f"{part[0]}/"))

    @property
    def capabilities(self) -> FileCapabilities:
        every = [store.capabilities for store in self._parts.values()]
        return FileCapabilities(
            digest=all(one.digest for one in every),
            max_connections=min((one.max_connections for one in every), default=1),
        )

    def scan(self, below: str = "") -> Iterator[Entry | ScanFailure]:
        if below:
            raise PathMissing(below, "joined stores are scanned as a whole")
        told: set[str] = set()
        for folder, store in self._parts.items():
            names = folder.split("/")
            for depth in range(1, len(names) + 1):
                path = "/".join(names[:depth])
                if path not in told:
                    told.add(path)
                    yield Entry(path, EntryKind.FOLDER, 0, BEGINNING)
            for entry in store.scan():
                yield replace(entry, path=f"{folder}/{entry.path}")

    def stat(self, path: str) -> Entry | None:
        found = self._find(path)
        if found is None:
            known = any(folder == path or folder.startswith(f"{path}/") for folder in self._parts)
            return Entry(path, EntryKind.FOLDER, 0, BEGINNING) if known else None
        store, inside = found
        entry = store.stat(inside)
        return None if entry is None else replace(entry, path=path)

    def read(self, path: str, offset: int = 0) -> AbstractContextManager[BinaryIO]:
        store, inside = self._required(path)
        return store.read(inside, offset)

    def digest(self, path: str) -> str | None:
        store, inside = self._required(path)
        return store.digest(inside)

    def write(self, path: str, offset: int = 0) -> AbstractContextManager[BinaryIO]:
        raise SourceReadOnly(path, f"write at {offset}")

    def rename(self, path: str, to: str, modified: datetime | None = None) -> None:
        raise SourceReadOnly(path, f"rename to {to} ({modified})")

    def remove(self, path: str) -> None:
        raise SourceReadOnly(path, "remove")

    def make_folder(self, path: str) -> None:
        raise SourceReadOnly(path, "make folder")

    def _required(self, path: str) -> tuple[FileStore, str]:
        found = self._find(path)
        if found is None:
            raise PathMissing(path, "no joined store holds it")
        return found

    def _find(self, path: str) -> tuple[FileStore, str] | None:
        for folder, store in self._parts.items():
            if path.startswith(f"{folder}/"):
                return store, path[len(folder) + 1 :]
        return None
