"""Reading a PST file message by message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from skyflytt.outlook.errors import ItemDamaged
from skyflytt.outlook.mapi import Message, Properties, tags
from skyflytt.outlook.mapi.codepages import WESTERN
from skyflytt.outlook.pst.nid import NodeType, nid_type
from skyflytt.outlook.pst.reading.checksums import altered_nodes
from skyflytt.outlook.pst.reading.folders import FolderPath, PstFolder
from skyflytt.outlook.pst.reading.libpff import File, Item, Unreadable
from skyflytt.outlook.pst.reading.messages import read_message
from skyflytt.outlook.pst.reading.names import read_names
from skyflytt.outlook.pst.reading.oversized import OversizedValues
from skyflytt.outlook.pst.reading.properties import properties_of
from skyflytt.outlook.pst.reading.subject import plain_subject
from skyflytt.outlook.pst.reading.tree import FolderTree

Read = tuple[int, Message | ItemDamaged]
"""A NID with the message, or with what is lost. Of a message that can be read in part come both, the message first."""

_FOLDERS = (NodeType.NORMAL_FOLDER, NodeType.SEARCH_FOLDER)
_MESSAGES = (NodeType.NORMAL_MESSAGE, NodeType.ASSOC_MESSAGE)


class PstReader:
    """An open PST file. Only the NIDs of its messages are kept in memory; `code_page` is that of 8-bit strings (ANSI files)."""

    def __init__(self, file: File, path: Path, code_page: int = WESTERN, *, checksums: bool = True) -> None:
        self._file = file
        self._checksums = checksums
        self._path = path
        self._code_page = code_page
        self._names = read_names(file)
        self._oversized = OversizedValues(path)

    def close(self) -> None:
        self._oversized.close()

    @property
    def oversized_count(self) -> int:
        """Objects so far that libpff refused for their size, and that were read without it."""
        return self._oversized.count

    @cached_property
    def store(self) -> Properties:
        """The message store's properties; empty where they cannot be read."""
        with suppress(Unreadable):
            item = self._file.message_store()
            if item is not None:
                with item:
                    return self._properties(item)
        return {}

    @property
    def display_name(self) -> str:
        name = self.store.get(tags.DISPLAY_NAME)
        return name if isinstance(name, str) else ""

    @property
    def password_protected(self) -> bool:
        """The file carries a password's checksum. Nothing is encrypted by it: Outlook asks for the password, nobody else has to."""
        return bool(self.store.get(tags.PST_PASSWORD))

    @property
    def damaged(self) -> bool:
        """libpff had to work around something broken in the file's indexes."""
        return self._file.is_corrupted()

    def damaged_folders(self) -> Sequence[ItemDamaged]:
        """Folders that could not be opened: their messages are missing, or are among the orphans."""
        return tuple(self._tree.unreadable)

    def folders(self) -> Sequence[PstFolder]:
        """The top of the mailbox, `()`, and every folder below it: parents first, in the order of their NIDs."""
        return tuple(self._tree.below)

    def outside(self) -> Sequence[PstFolder]:
        """Folders that no mailbox shows: views, reminders, what programs keep. They may have messages nevertheless."""
        return tuple(self._tree.outside)

    def messages(self, folder: FolderPath | PstFolder, *, associated: bool = False) -> Iterator[Read]:
        """The folder's messages in the order of their NIDs, or the items that programs keep in it. KeyError for an unknown path.

        A path is one of `folders()`; those outside are given as they are.
        """
        nid = self._nid(folder)
        return self._each(nid, self._tree.contents[nid].listed(associated=associated), self._read)

    def messages_by_nid(self, folder: FolderPath | PstFolder, nids: Iterable[int]) -> Iterator[Read]:
        """As `messages`, for these NIDs alone; those that the folder does not have are passed over."""
        folder_nid = self._nid(folder)
        return self._each(folder_nid, self._tree.contents[folder_nid].those(nids), self._read)

    def headers(self, folder: FolderPath | PstFolder, *, associated: bool = False) -> Iterator[Read]:
        """As `messages`, without recipients and attachments."""
        nid = self._nid(folder)
        return self._each(nid, self._tree.contents[nid].listed(associated=associated), self._read_properties)

    def orphans(self) -> Iterator[Read]:
        """Messages whose folder is gone."""
        yield from self._loose(self._file.orphans())

    def recovered(self) -> Iterator[Read]:
        """Messages found in the space that the file has given up: deleted ones, and those of a damaged index. May take long."""
        yield from self._loose(self._file.recovered())

    @cached_property
    def _tree(self) -> FolderTree:
        return FolderTree(self._file, self._path, self.store, self._properties)

    @cached_property
    def _altered(self) -> frozenset[int]:
        return altered_nodes(self._path) if self._checksums else frozenset()

    @cached_property
    def _nids(self) -> dict[FolderPath, int]:
        return {folder.path: folder.nid for folder in self._tree.below}

    def _nid(self, folder: FolderPath | PstFolder) -> int:
        return folder.nid if isinstance(folder, PstFolder) else self._nids[folder]

    def _properties(self, item: Item) -> Properties:
        return properties_of(item.entries(), self._names, self._code_page, lambda _: None)

    def _each(
        self, folder: int, wanted: Iterable[tuple[int, int]], read: Callable[[int, Item], Iterator[Read]]
    ) -> Iterator[Read]:
        with self._tree.opened(folder) as item:
            for nid, place in wanted:
                try:
                    with item.sub_item(place) as below:
                        _require(below, nid)
                        yield from read(nid, below)
                except Unreadable as error:
                    yield self._damaged(nid, str(error))

    def _read(self, nid: int, item: Item) -> Iterator[Read]:
        try:
            message, lost = read_message(item, self._names, self._code_page, self._oversized)
        except Unreadable as error:
            yield self._damaged(nid, str(error))
            return
        yield nid, message
        yield from self._losses(nid, lost)

    def _read_properties(self, nid: int, item: Item) -> Iterator[Read]:
        lost: list[str] = []
        properties = properties_of(item.entries(), self._names, self._code_page, lost.append)
        yield nid, Message(plain_subject(properties))
        yield from self._losses(nid, lost)

    def _losses(self, nid: int, lost: list[str]) -> Iterator[Read]:
        if nid in self._altered:
            lost.append("bytes of it were changed: a checksum is wrong")
        if lost:
            yield self._damaged(nid, "; ".join(lost))

    def _damaged(self, nid: int, detail: str) -> Read:
        return nid, ItemDamaged(f"{self._path.name}, NID {nid:#x}", detail)

    def _loose(self, found: Iterator[Item | Unreadable]) -> Iterator[Read]:
        try:
            for item in found:
                if isinstance(item, Unreadable):
                    yield self._damaged(0, str(item))
                    continue
                with item:
                    yield from self._messages_of(item)
        except Unreadable as error:
            yield self._damaged(0, str(error))

    def _messages_of(self, item: Item) -> Iterator[Read]:
        """The item if it is a message, the messages below it if it is a folder."""
        nid = item.nid
        if nid_type(nid) in _MESSAGES:
            yield from self._read(nid, item)
        elif nid_type(nid) in _FOLDERS:
            for place in range(item.sub_item_count()):
                with item.sub_item(place) as below:
                    yield from self._messages_of(below)


def _require(item: Item, nid: int) -> None:
    if item.nid != nid:
        raise Unreadable(f"node {item.nid:#x} is in its place")
