"""What a folder holds: counts, bytes and what cannot be read, from one scan in flat memory."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from skyflytt.files.port import Entry, EntryKind, ScanFailure

LARGEST = 10


@dataclass(slots=True)
class Tally:
    """`largest` are pairs of size and path, the largest first; `unreadable` paths with what is wrong."""

    files: int = 0
    folders: int = 0
    links: int = 0
    others: int = 0
    excluded: int = 0
    size_bytes: int = 0
    largest: list[tuple[int, str]] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)

    def take(self, scan: Iterable[Entry | ScanFailure], excluded: Callable[[str], bool]) -> None:
        """Count a whole scan."""
        for entry in scan:
            if excluded(entry.key):
                self.excluded += 1
            elif isinstance(entry, ScanFailure):
                self.unreadable.append((entry.key, entry.failure.sentence))
            else:
                self._count(entry)
        self.largest.sort(reverse=True)

    def _count(self, entry: Entry) -> None:
        match entry.kind:
            case EntryKind.FILE:
                self.files += 1
                self.size_bytes += entry.size_bytes
                put = heapq.heappush if len(self.largest) < LARGEST else heapq.heappushpop
                put(self.largest, (entry.size_bytes, entry.path))
            case EntryKind.FOLDER:
                self.folders += 1
            case EntryKind.SYMLINK:
                self.links += 1
            case _:
                self.others += 1
