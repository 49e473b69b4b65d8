"""Two folders compared as two sorted scans, in both directions and in flat memory."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Literal

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ends_the_pass
from skyflytt.files.copy import content_digest
from skyflytt.files.exclude import Exclusions
from skyflytt.files.port import Entry, EntryKind, FileStore, ScanFailure

Kind = Literal["only here", "only there", "differs", "unreadable"]
Found = Entry | ScanFailure


@dataclass(frozen=True, slots=True)
class Difference:
    """`path` ends in a slash for folders; `detail` says what differs, or why it could not be read."""

    kind: Kind
    path: str
    detail: str = ""


@dataclass(slots=True)
class Comparison:
    """What is in `here` and in `there`, both only read. `by_content`: the files' bytes, not just their sizes and times.

    `differences` is to be run through once; `counts` then are the entries that were seen on either side.
    """

    here: FileStore
    there: FileStore
    exclude: Sequence[str] = ()
    by_content: bool = True
    counts: tuple[int, int] = (0, 0)

    def differences(self) -> Iterator[Difference]:
        """In the order of the paths' keys. Raises what ends a scan."""
        sides = heapq.merge(self._side(self.here, 0), self._side(self.there, 1), key=itemgetter(0))
        for _, same in groupby(sides, key=itemgetter(0)):
            found: dict[int, Found] = {side: entry for _key, side, entry in same}
            self.counts = self.counts[0] + (0 in found), self.counts[1] + (1 in found)
            difference = self._difference(found)
            if difference:
                yield difference

    def _side(self, store: FileStore, side: int) -> Iterator[tuple[bytes, int, Found]]:
        excluded = Exclusions(self.exclude)
        for entry in store.scan():
            if not excluded(entry.key):
                yield entry.key.encode(), side, entry

    def _difference(self, found: dict[int, Found]) -> Difference | None:
        for entry in found.values():
            if isinstance(entry, ScanFailure):
                return Difference("unreadable", entry.key, entry.failure.sentence)
        here, there = found.get(0), found.get(1)
        if isinstance(here, Entry) and isinstance(there, Entry):
            return self._of_both(here, there)
        only = here or there
        kind = only.kind if isinstance(only, Entry) and only.kind not in (EntryKind.FILE, EntryKind.FOLDER) else ""
        return Difference("only here" if here else "only there", only.key if only else "", kind)

    def _of_both(self, here: Entry, there: Entry) -> Difference | None:
        if here.kind is not there.kind:
            return Difference("differs", here.key, f"a {here.kind} here, a {there.kind} there")
        if here.kind is not EntryKind.FILE:
            return None
        if here.size_bytes != there.size_bytes:
            return Difference("differs", here.key, f"{here.size_bytes} bytes here, {there.size_bytes} there")
        return self._content(here) if self.by_content else self._times(here, there)

    def _times(self, here: Entry, there: Entry) -> Difference | None:
        step = max(self.here.capabilities.mtime_step_seconds, self.there.capabilities.mtime_step_seconds)
        if abs((here.modified - there.modified).total_seconds()) <= step:
            return None
        times = f"changed {here.modified:%Y-%m-%d %H:%M:%S} here, {there.modified:%Y-%m-%d %H:%M:%S} there"
        return Difference("differs", here.key, times)

    def _content(self, entry: Entry) -> Difference | None:
        try:
            same = content_digest(self.here, entry.path) == content_digest(self.there, entry.path)
        except Failure as failure:
            if ends_the_pass(failure):
                raise
            return Difference("unreadable", entry.key, failure.sentence)
        return None if same else Difference("differs", entry.key, "the bytes differ")
