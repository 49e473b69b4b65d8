"""The stream that a new message is uploaded as: the one it came with where flags and receipt agree, else one written anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from skyflytt.mail.ews.categories import categories
from skyflytt.mail.flags import DELETED, keepable
from skyflytt.mail.port import NewMessage
from skyflytt.outlook.errors import StreamMalformed, StreamTruncated
from skyflytt.outlook.fasttransfer import read_stream, write_stream
from skyflytt.outlook.mapi import Message, Properties, tags
from skyflytt.outlook.mapi.named import KEYWORDS
from skyflytt.outlook.mapi.times import filetime
from skyflytt.outlook.mime import Delivery, delivery_of, from_mime
from skyflytt.outlook.mime.inbound.flags import state_of
from skyflytt.outlook.mime.text_alternative import keep_text

_STATE_BITS = 0x09
"""What of PidTagMessageFlags the flags say: read and unsent."""
_ASSOCIATED = 0x40
_OF_FLAGS = (
    *(tags.FLAG_STATUS, tags.FOLLOWUP_ICON, tags.TODO_ITEM_FLAGS, tags.LAST_VERB_EXECUTED, tags.ICON_INDEX),
    KEYWORDS,
)


def stream_of(message: NewMessage) -> bytes:
    """What UploadItems takes. A stream that cannot be read is made from the MIME instead. Never raises."""
    flags = kept(message.flags)
    if message.stream is not None:
        try:
            there = read_stream(message.stream)
        except (StreamTruncated, StreamMalformed):
            return stream_of(replace(message, stream=None))
        known = delivery_of(there)
        same_hour = _to_the_second(known.received) == _to_the_second(message.received)
        if kept(known.flags) == flags and same_hour:
            return message.stream
        delivered(there, flags, None if same_hour else message.received)
        return write_stream(there)
    made = from_mime(message.raw, Delivery(message.received, flags))
    made.properties[tags.MESSAGE_DELIVERY_TIME] = filetime(message.received)
    keep_text(made)
    return write_stream(made)


def is_associated(message: NewMessage) -> bool:
    """Whether the item is one that people do not see (a view, a rule, a form)."""
    if message.stream is None:
        return False
    try:
        return bool(_number(read_stream(message.stream).properties) & _ASSOCIATED)
    except (StreamTruncated, StreamMalformed):
        return False


def delivered(message: Message, flags: frozenset[str], received: datetime | None) -> None:
    """Give the message these flags, and this time of receipt where there is one."""
    bag = message.properties
    before = bag.get(tags.MESSAGE_FLAGS, 0)
    others = before & ~_STATE_BITS if isinstance(before, int) else 0
    icon, words = bag.get(tags.ICON_INDEX), categories(flags, bag)
    for key in _OF_FLAGS:
        bag.pop(key, None)
    state = state_of(flags)
    if isinstance(icon, int) and icon not in (0x105, 0x106):
        bag[tags.ICON_INDEX] = icon  # an appointment's or a note's: it says nothing of flags
    bag |= state | {tags.MESSAGE_FLAGS: others | _number(state)}
    if words:
        bag[KEYWORDS] = words
    if received is not None:
        bag[tags.MESSAGE_DELIVERY_TIME] = filetime(received)


def kept(flags: frozenset[str]) -> frozenset[str]:
    """The flags that Exchange has a place for; messages marked for deletion are deleted there at once."""
    return keepable(flags) - {DELETED}


def _to_the_second(when: datetime | None) -> datetime | None:
    """Which is what some listings tell of a time that the stream has whole."""
    return when.replace(microsecond=0) if when else None


def _number(properties: Properties) -> int:
    value = properties.get(tags.MESSAGE_FLAGS)
    return value if isinstance(value, int) else 0
