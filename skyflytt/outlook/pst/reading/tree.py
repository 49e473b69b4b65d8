"""The folders of an open PST file, walked once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from skyflytt.outlook.errors import ItemDamaged
from skyflytt.outlook.mapi import Properties, tags
from skyflytt.outlook.pst.nid import IPM_SUBTREE, RECEIVE_FOLDER_TABLE
from skyflytt.outlook.pst.reading.folders import Contents, FolderPath, PstFolder, contents_of, distinct
from skyflytt.outlook.pst.reading.libpff import File, Item, Unreadable
from skyflytt.outlook.pst.reading.node_database import Children, children
from skyflytt.outlook.pst.reading.roles import nid_of, roles


class FolderTree:
    """`below` are the top of the mailbox and the folders below it, `outside` all others, parents first.

    `contents` is what each folder holds, by NID; `unreadable` names the folders that could not be opened.
    """

    def __init__(self, file: File, path: Path, store: Properties, properties_of: Callable[[Item], Properties]) -> None:
        self._file = file
        self._path = path
        self._properties_of = properties_of
        self._place: dict[int, tuple[int, int]] = {}
        self._found: list[PstFolder] = []
        self.contents: dict[int, Contents] = {}
        self.unreadable: list[ItemDamaged] = []
        root = self._walked_root()
        top = nid_of(store.get(tags.IPM_SUBTREE_ENTRY_ID)) or IPM_SUBTREE
        self._top = top if top in self._place else root
        self._tell_roles(store, root)
        self.below = [self._relative(folder) for folder in self._found if self._is_below(folder.nid)]
        self.outside = [folder for folder in self._found if not self._is_below(folder.nid) and folder.nid != root]

    @cached_property
    def _children(self) -> Children:
        return children(self._path)

    @contextmanager
    def opened(self, nid: int) -> Iterator[Item]:
        """The folder's item. Raises Unreadable."""
        steps = []
        while nid in self._place:
            nid, place = self._place[nid]
            steps.append(place)
        item = self._file.root_folder()
        if item is None:
            raise Unreadable("there is no root folder")
        try:
            for place in reversed(steps):
                above, item = item, item.sub_item(place)
                above.close()
            yield item
        finally:
            item.close()

    def _walked_root(self) -> int:
        try:
            item = self._file.root_folder()
            if item is None:
                raise Unreadable("there is no root folder")  # noqa: TRY301
            with item:
                nid = item.nid
                self._walk(item, nid, (), self._read(item))
        except Unreadable as error:
            self.unreadable.append(ItemDamaged("the root folder", str(error)))
            return 0
        return nid

    def _walk(self, item: Item, nid: int, path: FolderPath, properties: Properties) -> None:
        contents = self.contents[nid] = contents_of(item, lambda: self._children.get(nid, ()))
        counts = len(contents.messages), len(contents.associated)
        container_class = str(properties.get(tags.CONTAINER_CLASS, ""))
        self._found.append(PstFolder(path, nid, container_class, *counts, properties=properties))
        places = dict(zip(contents.folders, contents.folder_places, strict=True))
        known = {below: self._properties_at(item, place, below, path) for below, place in places.items()}
        names = [(below, str(told.get(tags.DISPLAY_NAME, ""))) for below, told in known.items() if told is not None]
        for below, name in distinct(names):
            self._place[below] = nid, places[below]
            with item.sub_item(places[below]) as folder:
                self._walk(folder, below, (*path, name), known[below] or {})

    def _properties_at(self, item: Item, place: int, nid: int, path: FolderPath) -> Properties | None:
        try:
            with item.sub_item(place) as folder:
                return self._read(folder)
        except Unreadable as error:
            self.unreadable.append(ItemDamaged("/".join((*path, f"[{nid:X}]")), str(error)))
            return None

    def _read(self, item: Item) -> Properties:
        """A folder whose properties are gone still has its messages."""
        try:
            return self._properties_of(item)
        except Unreadable as error:
            self.unreadable.append(ItemDamaged(f"the folder with NID {item.nid:#x}", f"its name is lost: {error}"))
            return {}

    def _is_below(self, nid: int) -> bool:
        while nid != self._top and nid in self._place:
            nid = self._place[nid][0]
        return nid == self._top

    def _relative(self, folder: PstFolder) -> PstFolder:
        top = next(known for known in self._found if known.nid == self._top)
        return replace(folder, path=folder.path[len(top.path) :])

    def _tell_roles(self, store: Properties, root: int) -> None:
        known = {folder.nid: folder.properties for folder in self._found}
        inbox = self._inbox()
        told = roles(store, known.get(root, {}), inbox, known.get(inbox or 0, {}))
        self._found = [replace(folder, role=told.get(folder.nid)) for folder in self._found]

    def _inbox(self) -> int | None:
        """Where messages of any class are delivered ([MS-PST] 2.7.3.1)."""
        with suppress(Unreadable):
            item = self._file.item(RECEIVE_FOLDER_TABLE)
            if item is not None:
                with item:
                    return next(self._receivers(item), None)
        return None

    def _receivers(self, table: Item) -> Iterator[int]:
        for row in table.record_sets():
            cells = {entry.id: entry.data for entry in row if not isinstance(entry, Unreadable)}
            nid = int.from_bytes(cells.get(tags.RECEIVE_FOLDER_NID >> 16, b""), "little")
            if not cells.get(tags.MESSAGE_CLASS >> 16, b"").strip(b"\0") and nid in self._place:
                yield nid
