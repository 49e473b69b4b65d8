"""Writing a PST file: Unicode, in one pass, nothing held in memory but keys ([MS-PST])."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from skyflytt.outlook.errors import ItemTooLarge
from skyflytt.outlook.mapi import Message, Properties
from skyflytt.outlook.mapi.tags import SUBJECT
from skyflytt.outlook.pst.message_size import named_properties
from skyflytt.outlook.pst.messaging.calculated import FOLDER
from skyflytt.outlook.pst.messaging.folder_tree import MAIL_CLASS, FolderPath, FolderTree
from skyflytt.outlook.pst.messaging.messages import MessageWriter
from skyflytt.outlook.pst.messaging.name_map import MOST_NAMES, NameMap
from skyflytt.outlook.pst.messaging.store import write_queues, write_search_nodes, write_store
from skyflytt.outlook.pst.messaging.stored import stored
from skyflytt.outlook.pst.messaging.templates import Templates
from skyflytt.outlook.pst.ndb import NodeDatabase
from skyflytt.outlook.pst.ndb.layout import FIRST_SPAN, SPAN
from skyflytt.outlook.pst.nid import NodeType
from skyflytt.outlook.pst.target_file import target_file

_RECORD_KEY_BYTES = 16
NO_PROPERTIES: Properties = {}


@contextmanager
def create_pst(path: Path, *, name: str, seed: bytes | None = None) -> Iterator[PstWriter]:
    """A writer for the new file `path`; `name` is what Outlook shows for it.

    The file appears when the block ends well, whole and synced; otherwise nothing is left. The same seed and the same calls give the same
    bytes; without a seed the store's record key is random. Raises `PstOccupied` where the name is taken or the place cannot be written
    to, and `WorkspaceFull` where the disk is full.
    """
    with target_file(path) as file:
        writer = PstWriter(file, name=name, seed=secrets.token_bytes(16) if seed is None else seed)
        yield writer
        writer.complete()


class PstWriter:
    """Takes folders and messages in any order. Of a folder its last blocks and its row ids are held, of a message nothing."""

    def __init__(self, out: BinaryIO, *, name: str, seed: bytes) -> None:
        """`out` is an empty file that can seek."""
        self.name = name
        """What Outlook shows; it may change until the end."""
        self._record_key = blake2b(seed, digest_size=_RECORD_KEY_BYTES, person=b"pst record key").digest()
        self._database = NodeDatabase(out)
        self._templates = Templates(self._database)
        self._names = NameMap()
        self._messages = MessageWriter(self._database, self._templates, self._names, self._record_key)
        self._folders = FolderTree(self._database)

    def folder(
        self,
        path: FolderPath,
        *,
        container_class: str = MAIL_CLASS,
        deleted_items: bool = False,
        properties: Properties = NO_PROPERTIES,
    ) -> None:
        """Makes a folder, with those above it, or says more of one that is there. `()` is the top of the mailbox.

        `deleted_items` marks Outlook's wastebasket, whatever its name; without such a folder "Deleted Items" is it.
        """
        folder = self._folders.folder(path, deleted_items=deleted_items)
        if path:
            folder.container_class = container_class
        folder.properties |= stored(properties, self._names, FOLDER)

    def add(self, path: FolderPath, message: Message, *, associated: bool = False) -> int:
        """Writes a message into a folder, which is made where it is not there; returns the message's NID.

        `associated` messages are the folder's own (views, rules, settings): nobody sees them. Raises `ItemTooLarge` and `WorkspaceFull`.
        """
        if not self.has_names_for(message):
            subject = str(message.properties.get(SUBJECT, "without a subject"))
            raise ItemTooLarge(
                subject, f"with its named properties the file would have more than {MOST_NAMES:,} of them"
            )
        folder = self._folders.folder(path)
        nid = self._database.new_nid(NodeType.ASSOC_MESSAGE if associated else NodeType.NORMAL_MESSAGE)
        written = self._messages.write(nid, message, associated=associated)
        self._database.node(nid, written.node.data_bid, written.node.subnode_bid, folder.nid)
        self._folders.add_row(folder, nid, message, written, associated=associated)
        return nid

    @property
    def size_bytes(self) -> int:
        """What the file will have at most, if it is completed now."""
        return self.size_with(0)

    def size_with(self, more_bytes: int) -> int:
        """What it will have at most with so many bytes more (see `message_size`); files grow by whole spans."""
        used = self._database.size_bytes + self._folders.held_bytes + self._names.size_bytes + more_bytes
        return FIRST_SPAN + -(-(used - FIRST_SPAN) // SPAN) * SPAN

    def has_names_for(self, message: Message) -> bool:
        """Whether the file has room for the message's named properties: 32,766 fit."""
        return self._names.has_room_for(named_properties(message))

    def complete(self) -> None:
        """Writes all that had to wait: folders, names, the store itself, the file's trees and header."""
        wastebasket = self._folders.wastebasket()
        self._folders.root.children.append(write_search_nodes(self._database, self._templates))
        for folder in self._folders:
            folder.complete(self._database, self._templates)
        write_queues(self._database)
        self._names.write(self._database)
        write_store(self._database, self.name, self._record_key, wastebasket.nid)
        self._database.complete()
