"""Many objects in a few requests: a listing tells which keys are free, and one request deletes what was copied to its name."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from skyflytt.errors.base import Failure
from skyflytt.errors.files import PathRefused
from skyflytt.files.copy import is_partial
from skyflytt.files.each import LISTED_FROM, Rename, attempt
from skyflytt.files.paths import check_path, parent
from skyflytt.files.port import Entry

if TYPE_CHECKING:
    from skyflytt.files.s3.store import S3Store

PAGES = 2
"""With what lies between the first and the last of the keys in more pages than this, each is looked at by itself."""


class Together:
    """The methods of `ManyAtOnce` that cost a bucket less than each by itself."""

    def __init__(self, store: S3Store) -> None:
        self._store = store

    def stat(self, paths: Sequence[str]) -> list[Entry | Failure | None]:
        found: list[Entry | Failure | None] = []
        for folder, group in groupby((check_path(path) for path in paths), parent):
            inside = list(group)
            there = self._keys(folder, inside) if len(inside) >= LISTED_FROM else None
            for path in inside:
                absent = there is not None and path not in there
                found.append(None if absent else attempt(lambda path=path: self._store.stat(path)))  # type: ignore[misc]
        return found

    def _keys(self, folder: str, paths: Sequence[str]) -> set[str] | None:
        """Files and folders among the paths, all of which are in `folder`; None when too much lies between them."""
        first, last = min(paths, key=str.encode), max(paths, key=str.encode)
        prefix = f"{folder}/" if folder else ""
        keys: set[str] = set()
        # The listing begins behind what is given: behind all but the last character is before the first key.
        after = first[:-1]
        for _ in range(PAGES):
            page, after = self._store.list_after(prefix, after)
            keys.update(page)
            if not after or after.encode() > f"{last}/".encode():
                return keys
        return None

    def rename(self, renames: Sequence[Rename]) -> list[Failure | None]:
        """Temporary files are ours: they carry nothing that would have to be asked for before they are copied."""
        copied: list[Rename] = []
        answers: list[Failure | None] = []
        for one in renames:
            if not is_partial(one.path):
                answers.append(attempt(lambda one=one: self._store.rename(one.path, one.to, one.modified)))  # type: ignore[misc]
                continue
            answers.append(attempt(lambda one=one: self._store.copy_fresh(one.path, one.to, one.modified)))  # type: ignore[misc]
            if answers[-1] is None:
                copied.append(one)
        left = self._store.delete_each([one.path for one in copied])
        places = {one.path: at for at, one in enumerate(renames)}
        for path, words in left.items():
            answers[places[path]] = PathRefused(path, words)
        return answers
