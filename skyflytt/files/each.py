"""The same act on many small files at once: one round trip for all of them where the store can, else one after another.

A failure that is one file's own stands in the place of its answer; one that ends the pass is raised.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Protocol, TypeVar, cast

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ends_the_pass
from skyflytt.errors.files import PathMissing
from skyflytt.files.paths import parent
from skyflytt.files.port import Entry, FileStore

STAT_EACH, READ_EACH, WRITE_EACH, RENAME_EACH = "stat_each", "read_each", "write_each", "rename_each"
PUT_EACH = "put_each"
LISTED_FROM = 4
"""So many files of one folder are looked at by listing it, where a listing costs a few round trips and a look one."""
LISTED_FOLDER = 2_000
"""A folder with more entries than this is listed once and not again: a listing of it costs more than the looks that it saves."""
T = TypeVar("T")
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Content:
    """A small file to be written as a whole."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Rename:
    """As the arguments of `FileStore.rename`."""

    path: str
    to: str
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """A small file with its SHA-256, to come to its own name at once; `partial` is a temporary name, should one be needed."""

    path: str
    content: bytes
    digest: str
    partial: str
    modified: datetime | None = None


class ManyAtOnce(Protocol):
    """What a store may offer beside `FileStore`; `FileCapabilities.at_once` names the methods that it has.

    Each answers in the order of what was asked, holds everything in memory (the caller bounds it), and does what its namesake of
    `FileStore` does for one file, with the same failures.
    """

    def stat_each(self, paths: Sequence[str]) -> list[Entry | Failure | None]: ...

    def read_each(self, files: Sequence[tuple[str, int]]) -> list[bytes | Failure]:
        """Each file's bytes, by its path and the size that it is expected to have. It may have another one by now."""
        ...

    def write_each(self, files: Sequence[Content]) -> list[Failure | None]: ...

    def rename_each(self, renames: Sequence[Rename]) -> list[Failure | None]: ...

    def put_each(self, files: Sequence[Whole]) -> list[Failure | None]:
        """Each comes to its name, and whatever was there goes, when the store has compared all of it with its SHA-256; not before."""
        ...


def stat_each(store: FileStore, paths: Sequence[str]) -> list[Entry | Failure | None]:
    """`FileStore.stat` of each."""
    if STAT_EACH in store.capabilities.at_once:
        return cast(ManyAtOnce, store).stat_each(paths)
    return one_by_one(store.stat, paths)


def read_each(store: FileStore, files: Sequence[tuple[str, int]]) -> list[bytes | Failure]:
    """The whole of each file, of which so many bytes are expected; one that grew is read no further than a byte beyond them."""
    if READ_EACH in store.capabilities.at_once:
        return cast(ManyAtOnce, store).read_each(files)

    def read(file: tuple[str, int]) -> bytes:
        with store.read(file[0]) as stream:
            return stream.read(file[1] + 1)

    return one_by_one(read, files)


def write_each(store: FileStore, files: Sequence[Content]) -> list[Failure | None]:
    """Write each file as a new one."""
    if WRITE_EACH in store.capabilities.at_once:
        return cast(ManyAtOnce, store).write_each(files)

    def write(file: Content) -> None:
        with store.write(file.path) as stream:
            stream.write(file.content)

    return one_by_one(write, files)


def rename_each(store: FileStore, renames: Sequence[Rename]) -> list[Failure | None]:
    """`FileStore.rename` of each."""
    if RENAME_EACH in store.capabilities.at_once:
        return cast(ManyAtOnce, store).rename_each(renames)
    return one_by_one(lambda one: store.rename(one.path, one.to, one.modified), renames)


def put_each(store: FileStore, files: Sequence[Whole]) -> list[Failure | None]:
    """For a store that has it."""
    return cast(ManyAtOnce, store).put_each(files)


def one_by_one(act: Callable[[S], T], things: Iterable[S]) -> list[T | Failure]:
    """The answers of `act`, with a file's own failure in its place."""
    return [attempt(lambda thing=thing: act(thing)) for thing in things]  # type: ignore[misc]


def attempt(act: Callable[[], T]) -> T | Failure:
    """The answer, or the failure if it is one file's own."""
    try:
        return act()
    except Failure as failure:
        if ends_the_pass(failure):
            raise
        return failure


class Looks:
    """`stat_each` for a store that lists a folder for less than a look at each of many files costs.

    A listing only tells what is not there. What may be there, under this name or one that the server could take for the same, is
    looked at.
    """

    def __init__(self, stat: Callable[[str], Entry | None], names_in: Callable[[str], Iterable[str]]) -> None:
        """`names_in` gives the names in a folder; a missing one raises `PathMissing`."""
        self._stat = stat
        self._names_in = names_in
        self._large: set[str] = set()

    def each(self, paths: Sequence[str]) -> list[Entry | Failure | None]:
        """Folders of which few files are asked for, or that are known to be large, are not listed."""
        found: list[Entry | Failure | None] = []
        for folder, group in groupby(paths, parent):
            inside = list(group)
            names = self._listed(folder) if len(inside) >= LISTED_FROM and folder not in self._large else None
            for path in inside:
                absent = names is not None and folded(path.rpartition("/")[2]) not in names and "~" not in path
                found.append(None if absent else attempt(lambda path=path: self._stat(path)))  # type: ignore[misc]
        return found

    def _listed(self, folder: str) -> set[str] | None:
        """None where the folder cannot be listed: a look at each file then says why."""
        try:
            names = {folded(name) for name in self._names_in(folder)}
        except PathMissing:
            return set()
        except Failure as failure:
            if ends_the_pass(failure):
                raise
            return None
        if len(names) > LISTED_FOLDER:
            self._large.add(folder)
        return names


def folded(name: str) -> str:
    """Names that some server takes for one have the same answer: capitals, Unicode forms, what Windows cuts off at the end."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold()).rstrip(". ")
