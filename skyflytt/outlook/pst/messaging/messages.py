"""Messages: a property context with recipients and attachments below it, to any depth ([MS-PST] 2.4.5)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from skyflytt.outlook.mapi import Attachment, Message
from skyflytt.outlook.mapi.tags import CONVERSATION_TOPIC, MESSAGE_SIZE, MESSAGE_STATUS
from skyflytt.outlook.pst.ltp import Node, write_property_context
from skyflytt.outlook.pst.ltp.property_context import MAX_SIZE
from skyflytt.outlook.pst.messaging.attachments import EmbeddedMessage, write_attachments
from skyflytt.outlook.pst.messaging.calculated import MESSAGE
from skyflytt.outlook.pst.messaging.computed import complete_message
from skyflytt.outlook.pst.messaging.name_map import NameMap
from skyflytt.outlook.pst.messaging.objects import store_objects
from skyflytt.outlook.pst.messaging.recipients import write_recipients
from skyflytt.outlook.pst.messaging.stored import Stored, stored
from skyflytt.outlook.pst.messaging.templates import Templates
from skyflytt.outlook.pst.ndb import NodeDatabase, Subnode
from skyflytt.outlook.pst.nid import RECIPIENT_TABLE, NodeType

_NID = struct.Struct("<I")


class WrittenMessage(NamedTuple):
    """`properties` are exactly those of the message's property context."""

    properties: Stored
    node: Node


class MessageWriter:
    """Writes messages into one file. Keeps nothing of them but the names of their properties."""

    def __init__(self, database: NodeDatabase, templates: Templates, names: NameMap, record_key: bytes) -> None:
        self._database = database
        self._templates = templates
        self._names = names
        self._record_key = record_key

    def write(self, nid: int, message: Message, *, associated: bool = False) -> WrittenMessage:
        """The message's blocks; the node `nid` is the caller's to add."""
        embedded: dict[int, list[EmbeddedMessage]] = {}
        for attachment, inner in _innermost_first(message):
            inner_nid = self._database.new_nid(NodeType.NORMAL_MESSAGE)
            written = self._write(inner_nid, inner, embedded, associated=False)
            name = str(written.properties.get(CONVERSATION_TOPIC, ""))
            embedded.setdefault(id(attachment), []).append(EmbeddedMessage(inner_nid, written.node, name))
        return self._write(nid, message, embedded, associated=associated)

    def _write(
        self, nid: int, message: Message, embedded: dict[int, list[EmbeddedMessage]], *, associated: bool
    ) -> WrittenMessage:
        properties = stored(message.properties, self._names, MESSAGE)
        complete_message(properties, message, self._record_key + _NID.pack(nid), associated=associated)
        subnodes = [self._recipients(message)]
        if message.attachments:
            inner = [embedded[id(one)].pop() if one.embedded else None for one in message.attachments]
            subnodes += write_attachments(self._database, message.attachments, inner, self._names)
        subnodes += store_objects(self._database, properties)
        node = write_property_context(self._database, properties, subnodes, size_tag=MESSAGE_SIZE)
        properties[MESSAGE_SIZE] = min(node.size_bytes, MAX_SIZE)
        return WrittenMessage(properties, node)

    def _recipients(self, message: Message) -> Subnode:
        """Every message has the table; those without recipients share the template's."""
        if message.recipients:
            return write_recipients(self._database, message.recipients, self._names).subnode(RECIPIENT_TABLE)
        return self._templates.empty_subnode(NodeType.RECIPIENT_TABLE, RECIPIENT_TABLE)


def message_status(message: Message) -> int:
    """PidTagMessageStatus, which the contents table has and the message has not."""
    status = message.properties.get(MESSAGE_STATUS, 0)
    return status if isinstance(status, int) else 0


def _innermost_first(message: Message) -> Iterator[tuple[Attachment, Message]]:
    """Every attached message at any depth, each after those within it; without recursion, as the depth is the sender's choice."""
    found: list[tuple[Attachment, Message]] = []
    waiting = [message]
    while waiting:
        for attachment in waiting.pop().attachments:
            if attachment.embedded:
                found.append((attachment, attachment.embedded))
                waiting.append(attachment.embedded)
    return reversed(found)
