"""The two rules that no file adapter has to know: the source is never written to, and after the cutover nothing is overwritten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import BinaryIO

from skyflytt.errors.base import Failure
from skyflytt.errors.ledger import AppendOnly, SourceReadOnly
from skyflytt.files import each
from skyflytt.files.copy import is_partial
from skyflytt.files.each import Content, Rename, Whole
from skyflytt.files.forwarding import Reading
from skyflytt.files.links import make_link
from skyflytt.files.port import FileStore
from skyflytt.files.sized import unfinished_bytes, write_sized
from skyflytt.files.unfinished import give_up_unfinished
from skyflytt.ledger.schema import Mode


class ReadOnly(Reading):
    """A source: whatever would change it raises `SourceReadOnly`."""

    def write(self, path: str, offset: int = 0) -> AbstractContextManager[BinaryIO]:
        raise SourceReadOnly(path, f"write at {offset}")

    def write_sized(self, path: str, size_bytes: int, offset: int = 0) -> AbstractContextManager[BinaryIO]:
        raise SourceReadOnly(path, f"write {size_bytes} bytes from {offset} on")

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

    def put_each(self, files: Sequence[Whole]) -> list[Failure | None]:
        raise SourceReadOnly(files[0].path, f"write {len(files)} files")

    def make_link(self, path: str, to: str) -> None:
        raise SourceReadOnly(path, f"make a link to {to}")

    def give_up_unfinished(self, below: str = "") -> int:
        raise SourceReadOnly(below, "give up what was not finished")


class AppendAfterCutover(Reading):
    """A target: `mode` is asked before each act; in append mode only new files and folders come, and our own temporary files go."""

    def __init__(self, store: FileStore, mode: Callable[[], Mode]) -> None:
        super().__init__(store)
        self._mode = mode

    def write(self, path: str, offset: int = 0) -> AbstractContextManager[BinaryIO]:
        if not is_partial(path):
            self._require_free(path)
        return self._store.write(path, offset)

    def write_sized(self, path: str, size_bytes: int, offset: int = 0) -> AbstractContextManager[BinaryIO]:
        if not is_partial(path):
            self._require_free(path)
        return write_sized(self._store, path, size_bytes, offset)

    def unfinished_bytes(self, path: str, size_bytes: int) -> int:
        return unfinished_bytes(self._store, path, size_bytes)

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

    def put_each(self, files: Sequence[Whole]) -> list[Failure | None]:
        for path in (file.path for file in files):
            self._require_free(path)
        return each.put_each(self._store, files)

    def make_link(self, path: str, to: str) -> None:
        if not is_partial(path):
            self._require_free(path)
        make_link(self._store, path, to)

    def give_up_unfinished(self, below: str = "") -> int:
        return give_up_unfinished(self._store, below)

    def _require_mirror(self, path: str) -> None:
        if self._mode() is not Mode.MIRROR:
            raise AppendOnly(path, "it would be moved or removed")

    def _require_free(self, path: str) -> None:
        if self._mode() is not Mode.MIRROR and self._store.stat(path) is not None:
            raise AppendOnly(path, "it would be overwritten")
