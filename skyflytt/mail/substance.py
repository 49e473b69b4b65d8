"""Whether an item of an Exchange is what it was: what its server notes of every save is left aside."""

from __future__ import annotations

from skyflytt.outlook.errors import StreamMalformed, StreamTruncated
from skyflytt.outlook.fasttransfer import read_stream
from skyflytt.outlook.mapi import Message, Property, tags

_OF_EVERY_SAVE: tuple[Property, ...] = (
    tags.LAST_MODIFICATION_TIME,
    tags.LAST_MODIFIER_NAME,
    tags.CHANGE_KEY,
    tags.PREDECESSOR_CHANGE_LIST,
    tags.MESSAGE_SIZE,
)
_SAID_BY_FLAGS = 0x3
"""Bits of PidTagMessageFlags ([MS-OXCMSG] 2.2.1.6): mfRead, which the listing tells, and mfUnmodified."""


def same_substance(before: bytes | None, after: bytes) -> bool:
    """Whether two FastTransfer streams tell the same item; one that cannot be read is the same as nothing but itself."""
    if before == after:
        return True
    if before is None:
        return False
    try:
        return _substance(before) == _substance(after)
    except (StreamMalformed, StreamTruncated):
        return False


def _substance(stream: bytes) -> Message:
    message = read_stream(stream)
    for key in _OF_EVERY_SAVE:
        message.properties.pop(key, None)
    if isinstance(flags := message.properties.get(tags.MESSAGE_FLAGS), int):
        message.properties[tags.MESSAGE_FLAGS] = flags & ~_SAID_BY_FLAGS
    return message
