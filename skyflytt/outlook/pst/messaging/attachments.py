"""Attachments of a message and their table ([MS-PST] 2.4.6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from skyflytt.outlook.mapi import Attachment
from skyflytt.outlook.mapi.tags import (
    ATTACH_DATA,
    ATTACH_DATA_OBJECT,
    ATTACH_FILENAME,
    ATTACH_LONG_FILENAME,
    ATTACH_METHOD,
    ATTACH_SIZE,
    DISPLAY_NAME,
    RENDERING_POSITION,
)
from skyflytt.outlook.mapi.types import PropertyType
from skyflytt.outlook.pst.ltp import Node, TableContext, write_property_context
from skyflytt.outlook.pst.ltp.property_context import MAX_SIZE
from skyflytt.outlook.pst.messaging.calculated import ATTACHMENT
from skyflytt.outlook.pst.messaging.columns import ATTACHMENTS
from skyflytt.outlook.pst.messaging.name_map import NameMap
from skyflytt.outlook.pst.messaging.objects import object_value, store_objects
from skyflytt.outlook.pst.messaging.stored import Stored, stored
from skyflytt.outlook.pst.messaging.value_size import values_size
from skyflytt.outlook.pst.ndb import NodeDatabase, Subnode
from skyflytt.outlook.pst.nid import ATTACHMENT_TABLE, FIRST_INDEX_OTHERS, NodeType, make_nid

NO_ATTACHMENT, BY_VALUE, EMBEDDED_MESSAGE, OLE = 0, 1, 5, 6
_NOT_RENDERED = -1
_DATA_ID = ATTACH_DATA >> 16


class EmbeddedMessage(NamedTuple):
    """An attached message that is written; `name` is its subject."""

    nid: int
    node: Node
    name: str


def write_attachments(
    database: NodeDatabase,
    attachments: Sequence[Attachment],
    embedded: Sequence[EmbeddedMessage | None],
    names: NameMap,
) -> list[Subnode]:
    """The subnodes of the message: one per attachment, and their table. `embedded` has the attached message of each, or None."""
    table = TableContext(database, ATTACHMENTS)
    subnodes: list[Subnode] = []
    for number, (attachment, message) in enumerate(zip(attachments, embedded, strict=True), start=1):
        nid = make_nid(NodeType.ATTACHMENT, FIRST_INDEX_OTHERS + number)
        properties = _properties(attachment, message, names)
        subnodes.append(_write(database, properties, message).subnode(nid))
        table.add(nid, {tag: properties[tag] for tag in ATTACHMENTS if tag in properties})
    return [*subnodes, table.complete().subnode(ATTACHMENT_TABLE)]


def _write(database: NodeDatabase, properties: Stored, message: EmbeddedMessage | None) -> Node:
    """Fills in PidTagAttachSize and the pointers to objects."""
    size = values_size(properties.items()) + (message.node.size_bytes if message else 0)
    properties[ATTACH_SIZE] = min(size + 4, MAX_SIZE)
    subnodes = store_objects(database, properties)
    if message:
        properties[ATTACH_DATA_OBJECT] = object_value(message.nid, message.node.size_bytes)
        subnodes.append(message.node.subnode(message.nid))
    return write_property_context(database, properties, subnodes)


def _properties(attachment: Attachment, message: EmbeddedMessage | None, names: NameMap) -> Stored:
    properties = stored(attachment.properties, names, ATTACHMENT)
    if message:
        properties = {tag: value for tag, value in properties.items() if tag >> 16 != _DATA_ID}
        properties.setdefault(DISPLAY_NAME, message.name)
    properties[ATTACH_METHOD] = _method(properties, message)
    properties.setdefault(RENDERING_POSITION, _NOT_RENDERED)
    if ATTACH_FILENAME not in properties and (name := properties.get(ATTACH_LONG_FILENAME)):
        properties[ATTACH_FILENAME] = name
    return properties


def _method(properties: Stored, message: EmbeddedMessage | None) -> int:
    """The method that was brought, where it goes with the content that is there."""
    if message:
        return EMBEDDED_MESSAGE
    kinds = {tag & 0xFFFF for tag in properties if tag >> 16 == _DATA_ID}
    brought = properties.get(ATTACH_METHOD)
    if PropertyType.OBJECT in kinds:
        return OLE
    if isinstance(brought, int) and brought != EMBEDDED_MESSAGE and (brought != NO_ATTACHMENT or not kinds):
        return brought
    return BY_VALUE if kinds else NO_ATTACHMENT
