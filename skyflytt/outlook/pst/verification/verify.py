"""Reading PST files back and comparing every message with what was meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from skyflytt.outlook.errors import ItemDamaged
from skyflytt.outlook.mapi import Message, tags
from skyflytt.outlook.pst.messaging.folder_tree import stored_path
from skyflytt.outlook.pst.reading import FolderPath, PstReader, Read, open_pst
from skyflytt.outlook.pst.reading.libpff import version
from skyflytt.outlook.pst.verification.comparison import Unequal, compare
from skyflytt.outlook.pst.verification.differences import Difference, FolderCount, Verification

_MOST_DIFFERENCES = 1000


Meant = tuple[FolderPath, Message] | tuple[FolderPath, Message, bool]
"""An item with its folder; a third value says whether it is an associated one (what programs keep in a folder)."""


def verify_pst(paths: Sequence[Path], meant: Iterable[Meant]) -> Verification:
    """Compare the files (one PST, or its volumes in order) with `meant`, in the order of writing within each folder.

    Streams both sides: one message of each is in memory. Raises what `open_pst` raises.
    """
    with ExitStack() as stack:
        # Contents are compared themselves: checksums would say less.
        comparing = _Comparing([stack.enter_context(open_pst(path, checksums=False)) for path in paths])
        for item in meant:
            comparing.next_is(*item)
        return comparing.done()


class _Comparing:
    def __init__(self, readers: Sequence[PstReader]) -> None:
        self._found: Counter[FolderPath] = Counter()
        for folder in (folder for reader in readers for folder in reader.folders()):
            self._found[folder.path] += folder.message_count + folder.associated_count
        self._readers = readers
        self._meant: Counter[FolderPath] = Counter()
        self._reading: dict[tuple[FolderPath, bool], Iterator[Read]] = {}
        self._differences: list[Difference] = []
        self._difference_count = 0
        for reader in readers:
            for failure in reader.damaged_folders():
                self._tell((), 0, "", Unequal("", failure.item, "readable", failure.detail))

    def next_is(self, folder: FolderPath, message: Message, associated: bool = False) -> None:
        folder = stored_path(folder)
        self._meant[folder] += 1
        reading = folder, associated
        if reading not in self._reading:
            self._reading[reading] = _messages(self._readers, folder, associated=associated)
        _, found = next(self._reading[reading], (0, None))
        subject = str(message.properties.get(tags.SUBJECT, ""))
        if found is None:
            unequal: Iterable[Unequal] = [Unequal("", "the item", "there", "not there")]
        elif isinstance(found, ItemDamaged):
            unequal = [Unequal("", "the item", "readable", found.detail)]
        else:
            unequal = compare(message, found)
        for one in unequal:
            self._tell(folder, self._meant[folder], subject, one)

    def done(self) -> Verification:
        paths = sorted(self._found.keys() | self._meant.keys())
        counts = tuple(FolderCount(path, self._meant[path], self._found[path]) for path in paths)
        for count in counts:
            if count.meant != count.found:
                unequal = Unequal("", "the number of items", str(count.meant), str(count.found))
                self._tell(count.path, 0, "", unequal)
        oversized = sum(reader.oversized_count for reader in self._readers)
        return Verification(counts, tuple(self._differences), self._difference_count, f"libpff {version()}", oversized)

    def _tell(self, folder: FolderPath, position: int, subject: str, unequal: Unequal) -> None:
        self._difference_count += 1
        if len(self._differences) < _MOST_DIFFERENCES:
            self._differences.append(Difference(folder, position, subject[:60], *unequal))


def _messages(readers: Sequence[PstReader], path: FolderPath, *, associated: bool) -> Iterator[Read]:
    """The folder's messages through all volumes, one per NID: of a message that can be read in part, what is lost."""
    for reader in readers:
        with suppress(KeyError):  # Not every volume has every folder.
            yield from _one_per_nid(reader.messages(path, associated=associated))


def _one_per_nid(found: Iterator[Read]) -> Iterator[Read]:
    """The last word on each message: that something of it is lost comes after the rest of it."""
    last: Read | None = None
    for read in found:
        if last is not None and read[0] != last[0]:
            yield last
        last = read
    if last is not None:
        yield last
