"""The two rules that no file adapter has to know: the source is never written to, and after the cutover nothing is overwritten."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import BinaryIO

from skyflytt.errors.base import Failure
from skyflytt.errors.ledger import AppendOnly, SourceReadOnly
from skyflytt.files import each
from skyflytt.files.copy import is_partial
from skyflytt.files.each import Content, Rename
from skyflytt.files.port import Entry, FileCapabilities, FileStore, ScanFailure
from skyflytt.ledger.schema import Mode


class _Reading:
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


class ReadOnly(_Reading):
    """A source: whatever would change it raises `SourceReadOnly`."""

    def write(self, path: str, offset: int = 0) -> AbstractContextManager[BinaryIO]:
        raise SourceReadOnly(path, f"write at {offset}")

    def rename(self, path: str, to: str, modified: datetime | None = None) -> None:
        raise SourceReadOnly(path, f"rename to {to} ({modified})")

    def remove(self, path: str) -> None:
        raise SourceReadOnly(path, "remove")

    def make_folder(self, path: str) -> None:
        raise SourceReadOnly(path, "make folder")

    def write_each(self, files: Sequence[Content]) -> list[Failure | None]:
        raise SourceReadOnly(files[0].path, f"write {len(files)} files")

    def rename_each(self, renames: Sequence[Rename]) -> list[Failure | None]:
        raise SourceReadOnly(renames[0].path, f"rename {len(renames)} files")


class AppendAfterCutover(_Reading):
    """A target: `mode` is asked before each act; in append mode only new files and folders come, and our own temporary files go."""

    def __init__(self, store: FileStore, mode: Callable[[], Mode]) -> None:
        super().__init__(store)
        self._mode = mode

    def write(self, path: str, offset: int = 0) -> AbstractContextManager[BinaryIO]:
        if not is_partial(path):
            self._require_free(path)
        return self._store.write(path, offset)

    def rename(self, path: str, to: str, modified: datetime | None = None) -> None:
        if not is_partial(path):
            self._require_mirror(path)
        self._require_free(to)
        self._store.rename(path, to, modified)

    def remove(self, path: str) -> None:
        if not is_partial(path):
            self._require_mirror(path)
        self._store.remove(path)

    def make_folder(self, path: str) -> None:
        self._store.make_folder(path)

    def write_each(self, files: Sequence[Content]) -> list[Failure | None]:
        for path in (file.path for file in files if not is_partial(file.path)):
            self._require_free(path)
        return each.write_each(self._store, files)

    def rename_each(self, renames: Sequence[Rename]) -> list[Failure | None]:
        if self._mode() is Mode.MIRROR:
            return each.rename_each(self._store, renames)
        return each.one_by_one(lambda one: self.rename(one.path, one.to, one.modified), renames)

    def _require_mirror(self, path: str) -> None:
        if self._mode() is not Mode.MIRROR:
            raise AppendOnly(path, "it would be moved or removed")

    def _require_free(self, path: str) -> None:
        if self._mode() is not Mode.MIRROR and self._store.stat(path) is not None:
            raise AppendOnly(path, "it would be overwritten")
