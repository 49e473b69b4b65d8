"""Items of a folder as entries of the port: flags, time of receipt and size from the properties that Outlook keeps them in."""

from __future__ import annotations

from datetime import UTC, datetime

from skyflytt.mail.ews.properties import extended_properties, time_of
from skyflytt.mail.ews.xml import Element, attribute_at, number_at, text_at
from skyflytt.mail.flags import keepable
from skyflytt.mail.port import MessageEntry
from skyflytt.outlook.mapi import Message, Properties, Property, tags
from skyflytt.outlook.mapi.named import KEYWORDS
from skyflytt.outlook.mime.outbound import delivery_of

ENTRY_FIELDS = ("item:Size", "item:DateTimeReceived", "item:DateTimeCreated")
ENTRY_PROPERTIES: tuple[Property, ...] = (
    tags.MESSAGE_FLAGS,
    tags.MESSAGE_DELIVERY_TIME,
    tags.CLIENT_SUBMIT_TIME,
    tags.FLAG_STATUS,
    tags.LAST_VERB_EXECUTED,
    KEYWORDS,
)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of what has none; the port wants one."""


def ref_of(item: Element) -> str:
    """The id that an element tells; "" where it tells none. It is case-sensitive and changes when the item moves."""
    return attribute_at(item, "t:ItemId", "Id")


def is_whole(item: Element) -> bool:
    """Whether a listing gave what an entry needs; some servers leave extended properties out of a sync."""
    return bool(edition_of(item)) and tags.MESSAGE_FLAGS in extended_properties(item, (tags.MESSAGE_FLAGS,))


def edition_of(item: Element) -> str:
    """The change key that an element tells: another one after every save of the item, its attachments or one of its occurrences.

    It is PidTagChangeKey with a head; a read mark has a change number of its own and leaves it alone ([MS-OXCFXICS] 2.2.1.1.4).
    LastModifiedTime would do for content, but has whole seconds.
    """
    return attribute_at(item, "t:ItemId", "ChangeKey")


def entry_of(item: Element) -> MessageEntry:
    """`size_bytes` is what the item takes in the mailbox."""
    delivery = delivery_of(Message(_known(item)))
    received = delivery.received or _NEVER
    return MessageEntry(ref_of(item), keepable(delivery.flags), received, number_at(item, "t:Size"), edition_of(item))


def _known(item: Element) -> Properties:
    properties = extended_properties(item, ENTRY_PROPERTIES)
    times = ((tags.MESSAGE_DELIVERY_TIME, "t:DateTimeReceived"), (tags.CREATION_TIME, "t:DateTimeCreated"))
    for tag, path in times:
        if tag not in properties and (time := time_of(text_at(item, path))) is not None:
            properties[tag] = time
    return properties
