"""Two folders compared as two sorted scans, in both directions; memory grows only with what is called otherwise in one of them."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Literal

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ends_the_pass
from skyflytt.files.copy import content_digest, time_of
from skyflytt.files.exclude import Exclusions
from skyflytt.files.names.placed import Found, Placed
from skyflytt.files.names.places import Places
from skyflytt.files.port import Entry, EntryKind, FileStore, ScanFailure
from skyflytt.ledger.renamed import Renamed

Kind = Literal["only here", "only there", "differs", "unreadable", "renamed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """`path` ends in a slash for folders; `detail` says what differs, why it could not be read, or what it is called there."""

    kind: Kind
    path: str
    detail: str = ""

    @property
    def differs(self) -> bool:
        """What has only got another name is told, and the same."""
        return self.kind != "renamed"


@dataclass(slots=True)
class Comparison:
    """What is in `here` and in `there`, both only read. `by_content`: the files' bytes, not just their sizes and times.

    `renamed` is what is called otherwise there. `differences` is to be run through once; `counts` then are the entries that were
    seen on either side.
    """

    here: FileStore
    there: FileStore
    exclude: Sequence[str] = ()
    by_content: bool = True
    renamed: Sequence[Renamed] = ()
    counts: tuple[int, int] = (0, 0)

    def differences(self) -> Iterator[Difference]:
        """In the order of what the keys are there. Raises what ends a scan."""
        sides = heapq.merge(self._here(), self._there(), key=itemgetter(0))
        for _, same in groupby(sides, key=itemgetter(0)):
            found: dict[int, Found] = {side: entry for _key, side, entry in same}
            self.counts = self.counts[0] + (0 in found), self.counts[1] + (1 in found)
            difference = self._difference(found.get(0), found.get(1))
            if difference:
                yield difference

    def _here(self) -> Iterator[tuple[bytes, int, Found]]:
        placed = Placed(self.here, self.renamed, lambda: Exclusions(self.exclude))
        return ((place.encode(), 0, entry) for place, entry in placed.entries())

    def _there(self) -> Iterator[tuple[bytes, int, Found]]:
        excluded, origins = Exclusions(self.exclude), Places()
        origins.add(Renamed(one.place, one.path, one.rules) for one in self.renamed)
        for entry in self.there.scan():
            if not excluded(origins.of(entry.key)):
                yield entry.key.encode(), 1, entry

    def _difference(self, here: Found | None, there: Found | None) -> Difference | None:
        for entry in (here, there):
            if isinstance(entry, ScanFailure):
                return Difference("unreadable", entry.key, entry.failure.sentence)
        if isinstance(here, Entry) and isinstance(there, Entry):
            return self._of_both(here, there)
        only = here or there
        kind = only.kind if isinstance(only, Entry) and only.kind not in (EntryKind.FILE, EntryKind.FOLDER) else ""
        return Difference("only here" if here else "only there", only.key if only else "", kind)

    def _of_both(self, here: Entry, there: Entry) -> Difference | None:
        what = self._what_differs(here, there)
        if what is not None:
            known_as = "" if here.path == there.path else f"; there it is {there.key}"
            return Difference(what.kind, what.path, what.detail + known_as)
        own = here.path.rpartition("/")[2], there.path.rpartition("/")[2]
        return Difference("renamed", here.key, there.key) if own[0] != own[1] else None

    def _what_differs(self, here: Entry, there: Entry) -> Difference | None:
        if here.kind is not there.kind:
            return Difference("differs", here.key, f"a {here.kind} here, a {there.kind} there")
        if here.kind is not EntryKind.FILE:
            return None
        if here.size_bytes != there.size_bytes:
            return Difference("differs", here.key, f"{here.size_bytes} bytes here, {there.size_bytes} there")
        return self._content(here, there) if self.by_content else self._times(here, there)

    def _times(self, here: Entry, there: Entry) -> Difference | None:
        step = max(self.here.capabilities.mtime_step_seconds, self.there.capabilities.mtime_step_seconds)
        old, new = time_of(self.here, here), time_of(self.there, there)
        if abs((old - new).total_seconds()) <= step:
            return None
        times = f"changed {old:%Y-%m-%d %H:%M:%S} here, {new:%Y-%m-%d %H:%M:%S} there"
        return Difference("differs", here.key, times)

    def _content(self, here: Entry, there: Entry) -> Difference | None:
        try:
            same = content_digest(self.here, here.path) == content_digest(self.there, there.path)
        except Failure as failure:
            if ends_the_pass(failure):
                raise
            return Difference("unreadable", here.key, failure.sentence)
        return None if same else Difference("differs", here.key, "the bytes differ")
