"""A folder of a store, as a store of its own: a share is one folder of its server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
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
from skyflytt.files.sized import unfinished_bytes, write_sized
from skyflytt.files.unfinished import give_up_unfinished


class Below:
    """`store` seen from `folder`; every path is relative to it."""

    def __init__(self, store: FileStore, folder: str) -> None:
        self._store = store
        self._folder = folder.strip("/")

    @property
    def capabilities(self) -> FileCapabilities:
        return self._store.capabilities

    def scan(self, below: str = "") -> Iterator[Entry | ScanFailure]:
        start = "/".join(part for part in (self._folder, below) if part)
        if not self._folder:
            yield from self._store.scan(start)
            return
        cut = len(self._folder) + 1
        for one in self._store.scan(start):
            if isinstance(one, ScanFailure):
                yield replace(one, path=one.path[cut:])
            else:
                # As `replace` does, in a fifth of the time.
                yield Entry(
                    one.path[cut:], one.kind, one.size_bytes, one.modified, one.names, one.token, one.link, one.why
                )

    def stat(self, path: str) -> Entry | None:
        entry = self._store.stat(self._inside(path))
        return None if entry is None else replace(entry, path=path)

    def read(self, path: str, offset: int = 0) -> AbstractContextManager[BinaryIO]:
        return self._store.read(self._inside(path), offset)

    def write(self, path: str, offset: int = 0) -> AbstractContextManager[BinaryIO]:
        return self._store.write(self._inside(path), offset)

    def write_sized(self, path: str, size_bytes: int, offset: int = 0) -> AbstractContextManager[BinaryIO]:
        return write_sized(self._store, self._inside(path), size_bytes, offset)

    def unfinished_bytes(self, path: str, size_bytes: int) -> int:
        return unfinished_bytes(self._store, self._inside(path), size_bytes)

    def recycled(self, paths: Sequence[str]) -> frozenset[str]:
        inside = {self._inside(path): path for path in paths}
        return frozenset(inside[one] for one in recycled(self._store, list(inside)))

    def altered(self, path: str) -> str:
        return cast(AltersFiles, self._store).altered(self._inside(path))

    def stored_form(self, path: str) -> str:
        return cast(AltersFiles, self._store).stored_form(self._inside(path))

    def rename(self, path: str, to: str, modified: datetime | None = None) -> None:
        self._store.rename(self._inside(path), self._inside(to), modified)

    def remove(self, path: str) -> None:
        self._store.remove(self._inside(path))

    def make_folder(self, path: str) -> None:
        self._store.make_folder(self._inside(path))

    def digest(self, path: str) -> str | None:
        return self._store.digest(self._inside(path))

    def stat_each(self, paths: Sequence[str]) -> list[Entry | Failure | None]:
        found = each.stat_each(self._store, [self._inside(path) for path in paths])
        return [
            replace(one, path=path) if isinstance(one, Entry) else one for one, path in zip(found, paths, strict=True)
        ]

    def read_each(self, files: Sequence[tuple[str, int]]) -> list[bytes | Failure]:
        return each.read_each(self._store, [(self._inside(path), size) for path, size in files])

    def write_each(self, files: Sequence[Content]) -> list[Failure | None]:
        return each.write_each(self._store, [Content(self._inside(file.path), file.content) for file in files])

    def rename_each(self, renames: Sequence[Rename]) -> list[Failure | None]:
        inside = [Rename(self._inside(one.path), self._inside(one.to), one.modified) for one in renames]
        return each.rename_each(self._store, inside)

    def put_each(self, files: Sequence[Whole]) -> list[Failure | None]:
        inside = [replace(one, path=self._inside(one.path), partial=self._inside(one.partial)) for one in files]
        return each.put_each(self._store, inside)

    def read_link(self, path: str) -> str:
        return read_link(self._store, self._inside(path))

    def make_link(self, path: str, to: str) -> None:
        make_link(self._store, self._inside(path), to)

    def rights_each(self, paths: Sequence[str]) -> list[Rights | Failure | None]:
        return rights_each(self._store, [self._inside(path) if path else self._folder for path in paths])

    def change_feed(self, below: str = "") -> ChangeFeed:
        return change_feed(self._store, "/".join(part for part in (self._folder, below) if part))

    def give_up_unfinished(self, below: str = "") -> int:
        return give_up_unfinished(self._store, "/".join(part for part in (self._folder, below) if part))

    def _inside(self, path: str) -> str:
        return f"{self._folder}/{path}" if self._folder else path
