"""Counting takes flat memory, however many entries there are."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime

from skyflytt.concern.entry_count import EntryCount
from skyflytt.files.exclude import Exclusions
from skyflytt.files.memory import MemoryStore
from skyflytt.files.port import Entry, EntryKind, ScanFailure
from skyflytt.mail.collect import untold

NOW = datetime(2026, 8, 8, tzinfo=UTC)


class Wide(MemoryStore):
    """`folders` folders of 100 awkward files each, listed without being there."""

    def __init__(self, folders: int) -> None:
        super().__init__()
        self.count = folders

    def scan(self, below: str = "") -> Iterator[Entry | ScanFailure]:  # noqa: ARG002 - the port's
        for folder in range(self.count):
            yield Entry(f"{folder:06}", EntryKind.FOLDER, 0, NOW)
            for number in range(100):
                yield Entry(f"{folder:06}/Varför {number:03}?.txt", EntryKind.FILE, 0, NOW)


def peak(folders: int) -> int:
    tracemalloc.start()
    try:
        facts = EntryCount("wide", Exclusions([]), NOW).run(Wide(folders), untold)
        assert facts.names_refused.total == facts.files == folders * 100
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_ten_times_as_many_files_take_no_more_memory_than_their_folders_names() -> None:
    small, large = peak(5), peak(50)
    assert large - small < 100_000
