"""A TNEF stream as a message: MAPI properties over the attributes of Microsoft Mail, recipients, attachments, embedded messages."""

from __future__ import annotations

from skyflytt.outlook.mapi import Attachment, Message, Properties, tags
from skyflytt.outlook.mapi.types import PropertyType
from skyflytt.outlook.tnef.charset import WESTERN, codec_of
from skyflytt.outlook.tnef.legacy import legacy
from skyflytt.outlook.tnef.properties import IID_MESSAGE, read_properties
from skyflytt.outlook.tnef.stream import MESSAGE, Attribute, Cursor, CutOff, attributes, is_tnef

MAX_DEPTH = 20
MAX_ROWS = 100_000
"""Recipients that are looked at."""
BY_VALUE, EMBEDDED_MESSAGE, OLE = 1, 5, 6
_OEM_CODE_PAGE, _MESSAGE_PROPERTIES, _RECIPIENTS = 0x00069007, 0x00069003, 0x00069004
_RENDERING, _ATTACHMENT_PROPERTIES = 0x00069002, 0x00069005
_HTML_AS_TEXT = tags.HTML & 0xFFFF0000 | PropertyType.STRING


def read_tnef(data: bytes, depth: int = 0) -> Message | None:
    """The message in a winmail.dat; of a damaged one what can be read; None if it is none, or holds nothing.

    Strings of 8 bits are decoded by the stream's code page. Not all that it says of a mail is of use: who takes the message into
    another one decides.
    """
    if not is_tnef(data) or depth >= MAX_DEPTH:
        return None
    reading = _Reading(depth)
    for attribute in attributes(data):
        reading.take(attribute)
    message = reading.message()
    return message if message.properties or message.attachments or message.recipients else None


class _Reading:
    def __init__(self, depth: int) -> None:
        self._depth = depth
        self._codec = WESTERN
        self._legacy: Properties = {}
        self._mapi: Properties = {}
        self._recipients: list[Properties] = []
        self._attachments: list[tuple[Properties, Properties]] = []

    def take(self, attribute: Attribute) -> None:
        if attribute.id == _OEM_CODE_PAGE and len(attribute.data) >= 4:
            self._codec = codec_of(int.from_bytes(attribute.data[:4], "little"))
        elif attribute.level == MESSAGE:
            self._of_message(attribute)
        else:
            self._of_attachment(attribute)

    def message(self) -> Message:
        properties = self._legacy | self._mapi
        html = properties.pop(_HTML_AS_TEXT, None)
        if isinstance(html, str):
            properties.setdefault(tags.HTML, html.encode("utf-8", "replace"))
            properties[tags.INTERNET_CODEPAGE] = 65001
        attachments = [self._attachment(old | new) for old, new in self._attachments]
        return Message(properties, self._recipients, attachments)

    def _of_message(self, attribute: Attribute) -> None:
        if attribute.id == _MESSAGE_PROPERTIES:
            self._mapi |= read_properties(Cursor(attribute.data), self._codec)
        elif attribute.id == _RECIPIENTS:
            self._recipients += _rows(attribute.data, self._codec)
        else:
            self._legacy |= legacy(attribute.id, attribute.data, self._codec)

    def _of_attachment(self, attribute: Attribute) -> None:
        if attribute.id == _RENDERING or not self._attachments:
            self._attachments.append(({}, {}))
        old, new = self._attachments[-1]
        if attribute.id == _RENDERING:
            old |= _rendering(attribute.data)
        elif attribute.id == _ATTACHMENT_PROPERTIES:
            new |= read_properties(Cursor(attribute.data), self._codec)
        else:
            old |= legacy(attribute.id, attribute.data, self._codec)

    def _attachment(self, bag: Properties) -> Attachment:
        value = bag.pop(tags.ATTACH_DATA_OBJECT, None)
        if isinstance(value, bytes):
            inner = read_tnef(value[16:], self._depth + 1) if value.startswith(IID_MESSAGE) else None
            if inner is not None:
                bag.pop(tags.ATTACH_DATA, None)
                return Attachment(bag | {tags.ATTACH_METHOD: EMBEDDED_MESSAGE}, inner)
            # An OLE object: its interface's id goes before the storage.
            bag[tags.ATTACH_DATA] = value[16:]
        if bag.get(tags.ATTACH_METHOD) == EMBEDDED_MESSAGE:
            bag[tags.ATTACH_METHOD] = BY_VALUE
        bag.setdefault(tags.ATTACH_METHOD, BY_VALUE)
        bag.setdefault(tags.RENDERING_POSITION, -1)
        return Attachment(bag)


def _rendering(data: bytes) -> Properties:
    """attAttachRendData: kind of attachment, then its position in the text ([MS-OXTNEF] 2.1.3.3.15)."""
    if len(data) < 6:
        return {}
    position = int.from_bytes(data[2:6], "little", signed=True)
    return {tags.RENDERING_POSITION: position, tags.ATTACH_METHOD: OLE if data[:2] == b"\2\0" else BY_VALUE}


def _rows(data: bytes, codec: str) -> list[Properties]:
    cursor, rows = Cursor(data), list[Properties]()
    try:
        for _ in range(min(cursor.u32(), MAX_ROWS)):
            if cursor.at >= len(data):
                break
            rows.append(read_properties(cursor, codec))
    except CutOff:
        pass
    return [row for row in rows if row]
