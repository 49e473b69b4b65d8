"""How much room a message can take in a PST file, told before it is written."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.outlook.mapi import Message, Named, Properties, Value
from skyflytt.outlook.mapi import tags as t
from skyflytt.outlook.pst.messaging import columns
from skyflytt.outlook.pst.messaging.value_size import value_size

_HEAP_ITEM = 3580
_PER_OBJECT = 4096
_PER_VALUE = 128
_MOST_COPIES = 6
_COPIED = {
    *columns.CONTENTS,
    *columns.ASSOC_CONTENTS,
    *(t.DISPLAY_NAME, t.ADDRESS_TYPE, t.EMAIL_ADDRESS, t.SMTP_ADDRESS, t.ATTACH_FILENAME, t.ATTACH_LONG_FILENAME),
}
"""What stands in a table too, or what something else is made from: a subject is in message and row, and so is its topic."""


def most_bytes(message: Message) -> int:
    """An upper bound, with all that is attached: blocks, their padding and trailers, and the entries in the B-trees."""
    return sum(_PER_OBJECT + sum(map(_bag_bytes, bags)) for bags in _objects(message))


def named_properties(message: Message) -> set[Named]:
    """Every named property of the message and of all that is attached."""
    return {key for bags in _objects(message) for bag in bags for key in bag if not isinstance(key, int)}


def _bag_bytes(bag: Properties) -> int:
    return _PER_VALUE + sum(_value_bytes(key if isinstance(key, int) else key.type, bag[key]) for key in bag)


def _value_bytes(tag: int, value: Value) -> int:
    size = value_size(tag, value)
    # Items do not cross blocks of a heap: at worst half of each stays empty. A span of 253,952 bytes holds 30 blocks of 8176.
    most = 2 * size if size <= _HEAP_ITEM else size + size // 25 + 4 * _PER_VALUE
    return (_MOST_COPIES if tag in _COPIED else 1) * most + _PER_VALUE


def _objects(message: Message) -> Iterator[list[Properties]]:
    waiting = [message]
    while waiting:
        current = waiting.pop()
        yield [current.properties]
        yield current.recipients
        for attachment in current.attachments:
            yield [attachment.properties]
            if attachment.embedded:
                waiting.append(attachment.embedded)
