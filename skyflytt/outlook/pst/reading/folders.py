"""The folders of a PST file: who is below whom, and which messages are in each."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from skyflytt.outlook.mapi import Properties
from skyflytt.outlook.pst.nid import NodeType, nid_type
from skyflytt.outlook.pst.reading.libpff import Item
from skyflytt.outlook.pst.reading.roles import FolderRole

FolderPath = tuple[str, ...]
_MANY, _PROBES = 1000, 50


@dataclass(frozen=True, slots=True)
class PstFolder:
    """`path` are display names below the top of the mailbox, `()` is that top itself; of a folder outside it, below the root.

    Folders of one name in the same place get their NID behind it. Counts are of the messages that are there, not of what
    the folder says about itself.
    """

    path: FolderPath
    nid: int
    container_class: str
    message_count: int
    associated_count: int
    role: FolderRole | None = None
    properties: Properties = field(default_factory=dict, compare=False, repr=False)


@dataclass(slots=True)
class Contents:
    """What is below a folder: NIDs and, in the same order, their places among its sub-items. Keys only, for big folders."""

    folders: array[int] = field(default_factory=lambda: array("I"))
    folder_places: array[int] = field(default_factory=lambda: array("I"))
    messages: array[int] = field(default_factory=lambda: array("I"))
    message_places: array[int] = field(default_factory=lambda: array("I"))
    associated: array[int] = field(default_factory=lambda: array("I"))
    associated_places: array[int] = field(default_factory=lambda: array("I"))

    def listed(self, *, associated: bool) -> Iterator[tuple[int, int]]:
        """(NID, place) of every message, or of every associated one."""
        if associated:
            return zip(self.associated, self.associated_places, strict=True)
        return zip(self.messages, self.message_places, strict=True)

    def those(self, nids: Iterable[int]) -> Iterator[tuple[int, int]]:
        """(NID, place) of these messages, as far as they are here."""
        for nid in nids:
            # NIDs come in ascending order, as they stand in the file's B-tree; a damaged one may have them otherwise.
            at = bisect_left(self.messages, nid)
            if self.messages[at : at + 1].tolist() != [nid]:
                at = self.messages.index(nid) if nid in self.messages else -1
            if at >= 0:
                yield nid, self.message_places[at]


def contents_of(item: Item, children: Callable[[], Sequence[int]]) -> Contents:
    """Search folders are left out: what they show is in other folders. `children` are asked for in big folders alone.

    libpff takes the longer to find a sub-item the more there are: looking at each of 100,000 takes a minute.
    """
    found = Contents()
    lists = {
        NodeType.NORMAL_FOLDER: (found.folders, found.folder_places),
        NodeType.NORMAL_MESSAGE: (found.messages, found.message_places),
        NodeType.ASSOC_MESSAGE: (found.associated, found.associated_places),
    }
    for place, nid in enumerate(_nids(item, children)):
        if nid_type(nid) in lists:
            nids, places = lists[NodeType(nid_type(nid))]
            nids.append(nid)
            places.append(place)
    return found


def _nids(item: Item, children: Callable[[], Sequence[int]]) -> Iterator[int]:
    count = item.sub_item_count()
    if count > _MANY and _is_so(item, known := children(), count):
        yield from known
    else:
        yield from (_nid_at(item, place) for place in range(count))


def _is_so(item: Item, known: Sequence[int], count: int) -> bool:
    probes = range(0, count, count // _PROBES)
    return len(known) == count and all(_nid_at(item, place) == known[place] for place in probes)


def _nid_at(item: Item, place: int) -> int:
    with item.sub_item(place) as below:
        return below.nid


def distinct(names: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The folders (NID, name) of one place with names of their own."""
    seen = Counter(name for _, name in names)
    for nid, name in names:
        yield nid, name if name and seen[name] == 1 else f"{name} [{nid:X}]".lstrip()
