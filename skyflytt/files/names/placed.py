"""A source's entries in the order of their places at the target, where some are called otherwise."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence

from skyflytt.errors.base import Failure
from skyflytt.errors.files import PathMissing
from skyflytt.files.each import stat_each
from skyflytt.files.names.places import Places
from skyflytt.files.paths import ancestors
from skyflytt.files.port import Entry, EntryKind, FileStore, ScanFailure
from skyflytt.ledger.items import batches
from skyflytt.ledger.renamed import Renamed

AT_ONCE = 64
Found = Entry | ScanFailure
Stream = Iterator[tuple[str, Found]]


class Placed:
    """`renamed` is what is called otherwise; `exclusions` makes what is asked, in the order of a scan, whether a key is left out."""

    def __init__(
        self, store: FileStore, renamed: Sequence[Renamed], exclusions: Callable[[], Callable[[str], bool]]
    ) -> None:
        self._store = store
        self._renamed = renamed
        self._exclusions = exclusions
        self._places = Places()
        self._places.add(renamed)

    def entries(self) -> Stream:
        """Each entry's place (folders end in a slash) and the entry, in the order of the places' bytes.

        A folder that is called otherwise is scanned by itself, where its turn comes; single files are looked at beforehand.
        """
        files: list[tuple[str, Found]] = []
        folders: list[Stream] = []
        for one, entry in self._looked_at():
            if isinstance(entry, Entry) and entry.kind is EntryKind.FOLDER:
                folders.append(self._folder(one, entry))
            elif entry is not None and not self._exclusions()(entry.key):
                files.append((one.place, entry))
        files.sort(key=_bytes)
        return heapq.merge(self._kept(), files, *folders, key=_bytes)

    def _looked_at(self) -> Iterator[tuple[Renamed, Found | None]]:
        """What is there of all that was ever called otherwise, and not below what is left out."""
        for some in batches(self._renamed, AT_ONCE):
            for one, found in zip(some, stat_each(self._store, [one.path for one in some]), strict=True):
                if any(self._exclusions()(f"{folder}/") for folder in ancestors(one.path)):
                    continue
                yield one, _found(one.path, found)

    def _kept(self) -> Stream:
        excluded = self._exclusions()
        for entry in self._store.scan():
            if not excluded(entry.key) and self._places.decided_at(entry.key) is None:
                yield entry.key, entry

    def _folder(self, renamed: Renamed, folder: Entry) -> Stream:
        excluded = self._exclusions()
        if excluded(folder.key):
            return
        yield f"{renamed.place}/", folder
        for entry in self._store.scan(renamed.path):
            if not excluded(entry.key) and self._places.decided_at(entry.key) == renamed.path:
                yield self._places.of(entry.key), entry


def _bytes(one: tuple[str, Found]) -> bytes:
    return one[0].encode()


def _found(path: str, found: Entry | Failure | None) -> Found | None:
    if isinstance(found, PathMissing):
        return None
    return ScanFailure(path, found) if isinstance(found, Failure) else found
