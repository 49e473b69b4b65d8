"""Looking at many files by a listing of their folder: it tells what is not there, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ConnectionLost
from skyflytt.errors.files import PathMissing, PathRefused
from skyflytt.files.each import LISTED_FOLDER, Looks
from skyflytt.files.port import Entry, EntryKind
from tests.files.engine.shares import MORNING


class Server:
    """Takes names for one that differ in capitals only, as Windows does; counts what it is asked."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.looks: list[str] = []
        self.listings: list[str] = []
        self.refuses: Failure | None = None

    def stat(self, path: str) -> Entry | None:
        self.looks.append(path)
        there = path.rpartition("/")[2].casefold().rstrip(". ") in {name.casefold() for name in self.names}
        return Entry(path, EntryKind.FILE, 1, MORNING) if there else None

    def names_in(self, folder: str) -> Iterator[str]:
        self.listings.append(folder)
        if self.refuses:
            raise self.refuses
        yield from self.names


def each(server: Server, *names: str, looks: Looks | None = None) -> list[bool]:
    found = (looks or Looks(server.stat, server.names_in)).each([f"m/{name}" for name in names])
    return [isinstance(one, Entry) for one in found]


def test_one_listing_instead_of_many_looks() -> None:
    server = Server("d")
    assert each(server, "a", "b", "c", "d", "e") == [False, False, False, True, False]
    assert server.listings == ["m"]
    assert server.looks == ["m/d"]


def test_few_files_are_looked_at() -> None:
    server = Server("a")
    assert each(server, "a", "b", "c") == [True, False, False]
    assert server.listings == []


def test_a_name_that_the_server_could_take_for_another_is_looked_at() -> None:
    server = Server("Readme.TXT", "Åsa", "noll.")
    assert each(server, "README.txt", "A\u030aSA", "Noll", "LANGNA~1.TXT", "other", "more") == [
        True,
        False,
        False,
        False,
        False,
        False,
    ]
    assert server.looks == ["m/README.txt", "m/A\u030aSA", "m/Noll", "m/LANGNA~1.TXT"]


def test_a_large_folder_is_listed_once() -> None:
    server = Server(*(f"{number}" for number in range(LISTED_FOLDER + 1)))
    looks = Looks(server.stat, server.names_in)
    for _ in range(3):
        assert each(server, "a", "b", "c", "d", looks=looks) == [False] * 4
    assert server.listings == ["m"]
    assert len(server.looks) == 8


def test_a_missing_folder_holds_nothing_and_a_refused_one_is_asked_for_each() -> None:
    server = Server("a")
    server.refuses = PathMissing("m", "no such folder")
    assert each(server, "a", "b", "c", "d") == [False] * 4
    assert server.looks == []
    server.refuses = PathRefused("m", "permission denied")
    assert each(server, "a", "b", "c", "d") == [True, False, False, False]
    server.refuses = ConnectionLost("server", "reset")
    with pytest.raises(ConnectionLost):
        each(server, "a", "b", "c", "d")
