"""What a message in a PST file says of itself: kept where the source said it, computed where it follows from the rest."""

from __future__ import annotations

from hashlib import blake2b

from skyflytt.outlook.mapi import Message, Value
from skyflytt.outlook.mapi.tags import (
    CLIENT_SUBMIT_TIME,
    CONVERSATION_TOPIC,
    CREATION_TIME,
    HAS_ATTACHMENTS,
    LAST_MODIFICATION_TIME,
    MESSAGE_CLASS,
    MESSAGE_DELIVERY_TIME,
    MESSAGE_FLAGS,
    NORMALIZED_SUBJECT,
    SEARCH_KEY,
    SUBJECT,
    SUBJECT_PREFIX,
)
from skyflytt.outlook.pst.messaging.recipients import DISPLAY_LISTS, display_lists
from skyflytt.outlook.pst.messaging.stored import Stored
from skyflytt.outlook.pst.messaging.subject import subject_of

READ = 0x01
SUBMITTED = 0x04
HAS_ATTACHMENT = 0x10
ASSOCIATED = 0x40
NO_TIME = 0x0CB34557A3DD4000
"""1 January 4501, which Outlook shows as "None"."""

_TIMES = (LAST_MODIFICATION_TIME, CREATION_TIME, MESSAGE_DELIVERY_TIME, CLIENT_SUBMIT_TIME)
_BIRTHS = (CREATION_TIME, MESSAGE_DELIVERY_TIME, CLIENT_SUBMIT_TIME, LAST_MODIFICATION_TIME)


def complete_message(properties: Stored, message: Message, key: bytes, *, associated: bool) -> None:
    """Fills in what every message has ([MS-PST] 2.4.5.1.1). `key` makes the search key of a message that has none; its size is not
    known here."""
    properties[MESSAGE_CLASS] = properties.get(MESSAGE_CLASS) or "IPM.Note"
    properties[MESSAGE_FLAGS] = _flags(properties.get(MESSAGE_FLAGS), message, associated=associated)
    if HAS_ATTACHMENTS in properties:
        properties[HAS_ATTACHMENTS] = bool(message.attachments)
    _set_subject(properties, message)
    _set_display_lists(properties, message)
    created, modified = _first(properties, _BIRTHS), _first(properties, _TIMES)
    properties.setdefault(CREATION_TIME, created)
    properties.setdefault(LAST_MODIFICATION_TIME, modified)
    if SEARCH_KEY not in properties:
        properties[SEARCH_KEY] = blake2b(key, digest_size=16).digest()


def _flags(brought: Value | None, message: Message, *, associated: bool) -> int:
    # An item that waits to be sent waits in the other store's queue; here it could never be opened.
    flags = (brought if isinstance(brought, int) else READ) & ~(SUBMITTED | HAS_ATTACHMENT | ASSOCIATED)
    return flags | (HAS_ATTACHMENT if message.attachments else 0) | (ASSOCIATED if associated else 0)


def _set_subject(properties: Stored, message: Message) -> None:
    brought = (message.properties.get(tag) for tag in (SUBJECT, SUBJECT_PREFIX, NORMALIZED_SUBJECT))
    subject = subject_of(*(value if isinstance(value, str) else None for value in brought))
    if subject is not None:
        properties[SUBJECT] = subject.stored
        properties.setdefault(CONVERSATION_TOPIC, subject.normalized)


def _set_display_lists(properties: Stored, message: Message) -> None:
    """Outlook has no such property where there is nobody to name, and some readers fail at a table's cell with an empty string."""
    lists = display_lists(message.recipients)
    for tag in DISPLAY_LISTS:
        if text := properties.pop(tag, "") or lists.get(tag):
            properties[tag] = text


def _first(properties: Stored, tags: tuple[int, ...]) -> Value:
    return next((properties[tag] for tag in tags if tag in properties), NO_TIME)
