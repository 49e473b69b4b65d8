"""Stores around another one: what they do not do in their own way is done by the one inside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import BinaryIO, cast

from skyflytt.errors.base import Failure
from skyflytt.files import each
from skyflytt.files.altered import AltersFiles
from skyflytt.files.each import Content, Rename, Whole
from skyflytt.files.feed import ChangeFeed, change_feed
from skyflytt.files.links import make_link, read_link
from skyflytt.files.port import Entry, FileCapabilities, FileStore, ScanFailure
from skyflytt.files.recycled import recycled
from skyflytt.files.rights import Rights, rights_each
from skyflytt.files.room import free_bytes
from skyflytt.files.sized import unfinished_bytes, write_sized
from skyflytt.files.unfinished import give_up_unfinished


class Reading:
    """The half of a store that changes nothing."""

    def __init__(self, store: FileStore) -> None:
        self._store = store

    @property
    def capabilities(self) -> FileCapabilities:
        return self._store.capabilities

    def scan(self, below: str = "") -> Iterator[Entry | ScanFailure]:
        return self._store.scan(below)

    def stat(self, path: str) -> Entry | None:
        return self._store.stat(path)

    def read(self, path: str, offset: int = 0) -> AbstractContextManager[BinaryIO]:
        return self._store.read(path, offset)

    def digest(self, path: str) -> str | None:
        return self._store.digest(path)

    def stat_each(self, paths: Sequence[str]) -> list[Entry | Failure | None]:
        return each.stat_each(self._store, paths)

    def read_each(self, files: Sequence[tuple[str, int]]) -> list[bytes | Failure]:
        return each.read_each(self._store, files)

    def read_link(self, path: str) -> str:
        return read_link(self._store, path)

    def rights_each(self, paths: Sequence[str]) -> list[Rights | Failure | None]:
        return rights_each(self._store, paths)

    def altered(self, path: str) -> str:
        return cast(AltersFiles, self._store).altered(path)

    def stored_form(self, path: str) -> str:
        return cast(AltersFiles, self._store).stored_form(path)

    def recycled(self, paths: Sequence[str]) -> frozenset[str]:
        return recycled(self._store, paths)

    def change_feed(self, below: str = "") -> ChangeFeed:
        return change_feed(self._store, below)

    def free_bytes(self) -> int | None:
        return free_bytes(self._store)


class Forwarding(Reading):
    """Both halves. Never the base of a guard, which has to name each act that it lets through."""

    def write(self, path: str, offset: int = 0) -> AbstractContextManager[BinaryIO]:
        return self._store.write(path, offset)

    def write_sized(self, path: str, size_bytes: int, offset: int = 0) -> AbstractContextManager[BinaryIO]:
        return write_sized(self._store, path, size_bytes, offset)

    def unfinished_bytes(self, path: str, size_bytes: int) -> int:
        return unfinished_bytes(self._store, path, size_bytes)

    def rename(self, path: str, to: str, modified: datetime | None = None) -> None:
        self._store.rename(path, to, modified)

    def remove(self, path: str) -> None:
        self._store.remove(path)

    def make_folder(self, path: str) -> None:
        self._store.make_folder(path)

    def make_link(self, path: str, to: str) -> None:
        make_link(self._store, path, to)

    def write_each(self, files: Sequence[Content]) -> list[Failure | None]:
        return each.write_each(self._store, files)

    def rename_each(self, renames: Sequence[Rename]) -> list[Failure | None]:
        return each.rename_each(self._store, renames)

    def put_each(self, files: Sequence[Whole]) -> list[Failure | None]:
        return each.put_each(self._store, files)

    def give_up_unfinished(self, below: str = "") -> int:
        return give_up_unfinished(self._store, below)
