"""A source whose symbolic links are followed, as far as they stay inside.

A link is resolved here, name by name below the store's root, and what it leads to is then asked for by its real path. The store
itself never follows a link, so what is swapped meanwhile is refused as it is everywhere else.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import chain
from typing import BinaryIO, TypeVar

from skyflytt.errors.base import Failure, Permanent
from skyflytt.errors.files import PathEscapes
from skyflytt.files import each
from skyflytt.files.forwarding import Forwarding
from skyflytt.files.links import read_link
from skyflytt.files.paths import ancestors, join, parent
from skyflytt.files.port import Entry, EntryKind, FileStore, ScanFailure
from skyflytt.files.rights import Rights, rights_each
from skyflytt.files.symlinks import LEADS_NOWHERE, LEADS_OUT, LOOPS, REASONS, TOO_DEEP

MOST_HOPS = 40
"""Links on the way to one end, as Linux has it (path_resolution(7))."""
MOST_NESTED = 8
"""Folders behind links, each inside the one before: without a bound, a few links to each other's folders make a tree without end."""
T = TypeVar("T")


class NotFollowedError(Exception):
    """A link that is left behind, by its code."""

    def __init__(self, why: str) -> None:
        super().__init__(REASONS[why])
        self.why = why


class Following(Forwarding):
    """What is behind a link is told, and asked for, by the path that goes through the link."""

    def __init__(self, store: FileStore) -> None:
        super().__init__(store)
        self._ends: dict[str, str] = {}
        """Where each link leads, by the path that it is told by. Memory grows with the links only."""

    def scan(self, below: str = "") -> Iterator[Entry | ScanFailure]:
        if below:
            self._settle(below)
        return self._scan(below, self._real(below), ())

    def _scan(self, shown: str, real: str, behind: tuple[str, ...]) -> Iterator[Entry | ScanFailure]:
        """The folder `real`, told as `shown`; `behind` are the real folders of the links that led there."""
        return self._told(self._store.scan(real), shown, real, behind)

    def _told(
        self, scan: Iterator[Entry | ScanFailure], shown: str, real: str, behind: tuple[str, ...]
    ) -> Iterator[Entry | ScanFailure]:
        cut = len(real) + 1 if real else 0
        waiting: list[tuple[str, str, str, tuple[str, ...]]] = []
        for one in scan:
            path = join(shown, one.path[cut:]) if shown != real else one.path
            key = path if not one.key.endswith("/") else f"{path}/"
            # A folder behind a link stands where its slash puts it, which is behind some of the names beside the link.
            while waiting and waiting[0][0] < key:
                yield from self._folder(*heapq.heappop(waiting)[1:])
            if not isinstance(one, Entry) or one.kind is not EntryKind.SYMLINK:
                yield one if path == one.path else replace(one, path=path)
                continue
            found = self._followed(path, one, behind)
            if isinstance(found, ScanFailure) or found.kind is not EntryKind.FOLDER:
                yield found
            else:
                heapq.heappush(waiting, (f"{path}/", path, self._ends[path], (*behind, parent(one.path))))
        while waiting:
            yield from self._folder(*heapq.heappop(waiting)[1:])

    def _folder(self, shown: str, real: str, behind: tuple[str, ...]) -> Iterator[Entry | ScanFailure]:
        """A folder behind a link, and all that is in it; a failure in its place when it cannot be listed."""
        inside = self._scan(shown, real, behind)
        try:
            there = self._store.stat(real)
            first = list(next(zip(inside, strict=False), ()))
        except Permanent as failure:
            yield ScanFailure(shown, failure, folder=True)
            return
        if there is not None:
            yield replace(there, path=shown)
            yield from chain(first, inside)

    def _followed(self, path: str, link: Entry, behind: tuple[str, ...]) -> Entry | ScanFailure:
        """What the link leads to, told as `path`; the link itself with the reason where it is not followed."""
        try:
            real, there = self._end_of(link.path)
            if there.kind is EntryKind.FOLDER:
                _check_nesting(real, (*behind, parent(link.path)))
            elif there.kind is EntryKind.OTHER:
                return replace(link, path=path)
        except NotFollowedError as left:
            return replace(link, path=path, why=left.why)
        except Permanent as failure:
            return ScanFailure(path, failure)
        self._ends[path] = real
        return replace(there, path=path)

    def _end_of(self, path: str) -> tuple[str, Entry]:
        """The real path, and what is there; raises `NotFollowedError`."""
        real: list[str] = []
        left = list(reversed(path.split("/")))
        hops, there = 0, None
        while left:
            name = left.pop()
            if name in ("", "."):
                continue
            if name == "..":
                if not real:
                    raise NotFollowedError(LEADS_OUT)
                real.pop()
                there = None
                continue
            at = "/".join((*real, name))
            there = self._store.stat(at)
            if there is None or (there.kind is not EntryKind.FOLDER and there.kind is not EntryKind.SYMLINK and left):
                raise NotFollowedError(LEADS_NOWHERE)
            if there.kind is not EntryKind.SYMLINK:
                real.append(name)
                continue
            hops += 1
            left += reversed(self._says(at, hops).split("/"))
            there = None
        if not real:
            raise NotFollowedError(LOOPS)  # the share's own root, in which every link lies
        at = "/".join(real)
        there = there or self._store.stat(at)
        if there is None:
            raise NotFollowedError(LEADS_NOWHERE)
        return at, there

    def _says(self, path: str, hops: int) -> str:
        if hops > MOST_HOPS:
            raise NotFollowedError(LOOPS)
        link = read_link(self._store, path)
        if link.startswith("/") or not link or "\0" in link:
            # Where the share's root lies in its file system is not for us to know.
            raise NotFollowedError(LEADS_OUT)
        return link

    def _real(self, path: str) -> str:
        """As far as the links on the way are known."""
        if not self._ends:
            return path
        for above in (path, *reversed(ancestors(path))):
            if (end := self._ends.get(above)) is not None:
                return end + path[len(above) :]
        return path

    def _settle(self, path: str) -> None:
        """Get to know the links on the way to `path`, which another connection may have seen. Raises `PathEscapes` for one that is not
        followed."""
        for above in (*ancestors(path), path):
            if above in self._ends:
                continue
            real = self._real(above)
            there = self._store.stat(real)
            if there is not None and there.kind is EntryKind.SYMLINK:
                try:
                    self._ends[above] = self._end_of(real)[0]
                except NotFollowedError as left:
                    raise PathEscapes(path, REASONS[left.why]) from None

    def _behind_links(self, path: str, act: Callable[[str], T]) -> T:
        try:
            return act(self._real(path))
        except PathEscapes:
            self._settle(path)
        return act(self._real(path))

    def stat(self, path: str) -> Entry | None:
        found = self._behind_links(path, self._store.stat)
        if found is not None and found.kind is EntryKind.SYMLINK:
            try:
                self._settle(path)
            except PathEscapes:
                return found
            found = self._store.stat(self._real(path))
        return None if found is None else replace(found, path=path)

    def read(self, path: str, offset: int = 0) -> AbstractContextManager[BinaryIO]:
        found = self.stat(path)
        if found is not None and found.kind is EntryKind.SYMLINK:
            raise PathEscapes(path, "it is a symbolic link that is not followed")
        return self._store.read(self._real(path), offset)

    def digest(self, path: str) -> str | None:
        return self._behind_links(path, self._store.digest)

    def stat_each(self, paths: Sequence[str]) -> list[Entry | Failure | None]:
        found = each.stat_each(self._store, [self._real(path) for path in paths])
        return [self._stat_again(path, one) for path, one in zip(paths, found, strict=True)]

    def _stat_again(self, path: str, found: Entry | Failure | None) -> Entry | Failure | None:
        if isinstance(found, PathEscapes) or (isinstance(found, Entry) and found.kind is EntryKind.SYMLINK):
            return each.attempt(lambda: self.stat(path))
        return replace(found, path=path) if isinstance(found, Entry) else found

    def read_each(self, files: Sequence[tuple[str, int]]) -> list[bytes | Failure]:
        found = each.read_each(self._store, [(self._real(path), size) for path, size in files])
        return [self._read_again(file, one) for file, one in zip(files, found, strict=True)]

    def _read_again(self, file: tuple[str, int], found: bytes | Failure) -> bytes | Failure:
        if not isinstance(found, PathEscapes):
            return found
        path, size = file

        def read() -> bytes:
            with self.read(path) as stream:
                return stream.read(size + 1)

        return each.attempt(read)

    def rights_each(self, paths: Sequence[str]) -> list[Rights | Failure | None]:
        return rights_each(self._store, [self._real(path) for path in paths])

    def remove(self, path: str) -> None:
        """A link is removed itself; what is behind one is removed where it lies, under its own name."""
        if not any(above in self._ends for above in ancestors(path)):
            self._store.remove(path)


def _check_nesting(end: str, behind: tuple[str, ...]) -> None:
    if any(f"{folder}/".startswith(f"{end}/") for folder in behind):
        raise NotFollowedError(LOOPS)
    if len(behind) > MOST_NESTED:
        raise NotFollowedError(TOO_DEEP)
