"""The folders of a store, by their path below "Top of Outlook data file" ([MS-PST] 2.7.1)."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.outlook.mapi import Message
from skyflytt.outlook.pst.messaging.folders import Folder
from skyflytt.outlook.pst.messaging.messages import WrittenMessage
from skyflytt.outlook.pst.ndb import NodeDatabase
from skyflytt.outlook.pst.nid import DELETED_ITEMS, IPM_SUBTREE, ROOT_FOLDER, SEARCH_ROOT, NodeType

FolderPath = tuple[str, ...]
"""Display names from the top of the mailbox: ("Inbox", "Projects")."""

TOP_NAME = "Top of Outlook data file"
SEARCH_ROOT_NAME = "Search Root"
DELETED_ITEMS_NAME = "Deleted Items"
NAMELESS = "(no name)"
"""A folder whose name is empty: some readers stop at one, and Outlook cannot make one."""
MAIL_CLASS = "IPF.Note"
_FIXED_BYTES = 16384


def stored_path(path: FolderPath) -> FolderPath:
    """A path with the names that the file has."""
    if all(path) and not any("\0" in name for name in path):
        return path
    # Readers end a name at its NUL.
    return tuple(name.replace("\0", "") or NAMELESS for name in path)


class FolderTree:
    """Root, search root and top are there from the beginning; all others come with the first word of them, parents too."""

    def __init__(self, database: NodeDatabase) -> None:
        self._database = database
        for _ in (IPM_SUBTREE, SEARCH_ROOT, DELETED_ITEMS):
            database.new_nid(
                NodeType.NORMAL_FOLDER
            )  # Their ids are the first that there are; the nodes are written last.
        self.root = Folder(ROOT_FOLDER, ROOT_FOLDER, "")
        top = Folder(IPM_SUBTREE, ROOT_FOLDER, TOP_NAME)
        search_root = Folder(SEARCH_ROOT, ROOT_FOLDER, SEARCH_ROOT_NAME)
        self.root.children = [top, search_root]
        self._by_path: dict[FolderPath, Folder] = {(): top}
        self._wastebasket: Folder | None = None
        self._deleted_items_free = True
        self.held_bytes = _FIXED_BYTES + 3 * top.held_bytes
        """At most what completing every folder will write."""

    def __iter__(self) -> Iterator[Folder]:
        """Every folder of the tree but search folders."""
        yield self.root
        yield from self.root.children[1:2]
        yield from self._by_path.values()

    def folder(self, path: FolderPath, *, deleted_items: bool = False) -> Folder:
        """The folder at `path`, made where it is not there yet."""
        path = stored_path(path)
        found = self._by_path.get(path)
        if found is None:
            found = self._make(path, deleted_items=deleted_items or path == (DELETED_ITEMS_NAME,))
        if deleted_items and self._wastebasket is None:
            self._wastebasket = found
        return found

    def wastebasket(self) -> Folder:
        """The folder of deleted items: the one that was named as such, else the one with its usual name."""
        return self._wastebasket or self.folder((DELETED_ITEMS_NAME,), deleted_items=True)

    def add_row(
        self, folder: Folder, nid: int, message: Message, written: WrittenMessage, *, associated: bool = False
    ) -> None:
        """Puts a message into its folder's table."""
        before = folder.held_bytes
        add = folder.add_associated if associated else folder.add
        add(self._database, nid, message, written)
        self.held_bytes += folder.held_bytes - before

    def _make(self, path: FolderPath, *, deleted_items: bool) -> Folder:
        parent = self.folder(path[:-1])
        if deleted_items and self._deleted_items_free:
            nid, self._deleted_items_free = DELETED_ITEMS, False
        else:
            nid = self._database.new_nid(NodeType.NORMAL_FOLDER)
        made = self._by_path[path] = Folder(nid, parent.nid, path[-1], MAIL_CLASS)
        parent.children.append(made)
        self.held_bytes += made.held_bytes
        return made
