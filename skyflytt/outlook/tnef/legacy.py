"""The attributes of Microsoft Mail as MAPI properties ([MS-OXTNEF] 2.1.3.3 and 2.1.3.4)."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

from skyflytt.outlook.mapi import Properties, tags
from skyflytt.outlook.mapi.times import filetime
from skyflytt.outlook.tnef.charset import text

FROM, SUBJECT, DATE_SENT, DATE_RECEIVED = 0x00008000, 0x00018004, 0x00038005, 0x00038006
STATUS, CLASS, MESSAGE_ID, PARENT_ID, CONVERSATION_ID = 0x00068007, 0x00078008, 0x00018009, 0x0001800A, 0x0001800B
BODY, PRIORITY, DATE_MODIFIED, ORIGINAL_CLASS = 0x0002800C, 0x0004800D, 0x00038020, 0x00070600
ATTACHMENT_DATA, ATTACHMENT_TITLE, ATTACHMENT_METAFILE = 0x0006800F, 0x00018010, 0x00068011
ATTACHMENT_CREATED, ATTACHMENT_MODIFIED, TRANSPORT_FILENAME = 0x00038012, 0x00038013, 0x00069001
DATE_START, DATE_END, OWNER_ID, RESPONSE_WANTED = 0x00030006, 0x00030007, 0x00040008, 0x00040009

_CLASSES = {
    "ipm.microsoft mail.note": "IPM.Note",
    "ipm.microsoft mail.read receipt": "Report.IPM.Note.IPNRN",
    "ipm.microsoft mail.non-delivery": "Report.IPM.Note.NDR",
    "ipm.microsoft schedule.mtgreq": "IPM.Schedule.Meeting.Request",
    "ipm.microsoft schedule.mtgrespp": "IPM.Schedule.Meeting.Resp.Pos",
    "ipm.microsoft schedule.mtgrespn": "IPM.Schedule.Meeting.Resp.Neg",
    "ipm.microsoft schedule.mtgrespa": "IPM.Schedule.Meeting.Resp.Tent",
    "ipm.microsoft schedule.mtgcncl": "IPM.Schedule.Meeting.Canceled",
}
_DATES = {
    DATE_SENT: tags.CLIENT_SUBMIT_TIME,
    DATE_RECEIVED: tags.MESSAGE_DELIVERY_TIME,
    DATE_MODIFIED: tags.LAST_MODIFICATION_TIME,
    DATE_START: tags.START_DATE,
    DATE_END: tags.END_DATE,
    ATTACHMENT_CREATED: tags.CREATION_TIME,
    ATTACHMENT_MODIFIED: tags.LAST_MODIFICATION_TIME,
}
_TEXTS = {
    SUBJECT: tags.SUBJECT,
    BODY: tags.BODY,
    ATTACHMENT_TITLE: tags.ATTACH_LONG_FILENAME,
    TRANSPORT_FILENAME: tags.ATTACH_TRANSPORT_NAME,
}
_BLOBS = {ATTACHMENT_DATA: tags.ATTACH_DATA, ATTACHMENT_METAFILE: tags.ATTACH_RENDERING}
_IMPORTANCE = {1: 0, 2: 1, 3: 2}
"""Of attPriority: 1 is low, 3 high."""


def legacy(number: int, data: bytes, codec: str) -> Properties:
    """An attribute as properties; none for one that has no meaning in MAPI or no whole value."""
    if number in _DATES:
        moment = _date(data)
        return {} if moment is None else {_DATES[number]: moment}
    if number in _TEXTS:
        return {_TEXTS[number]: text(data, codec)}
    if number in _BLOBS:
        return {_BLOBS[number]: data}
    if number == CLASS:
        name = text(data, codec)
        return {tags.MESSAGE_CLASS: _CLASSES.get(name.lower(), name)} if name else {}
    return _number(number, data) or (_sender(data, codec) if number == FROM else {})


def _number(number: int, data: bytes) -> Properties:
    if number == PRIORITY and len(data) >= 2:
        importance = _IMPORTANCE.get(int.from_bytes(data[:2], "little"), 1)
        return {tags.IMPORTANCE: importance, tags.PRIORITY: importance - 1}
    if number == OWNER_ID and len(data) >= 4:
        return {tags.OWNER_APPOINTMENT_ID: int.from_bytes(data[:4], "little", signed=True)}
    if number == RESPONSE_WANTED and len(data) >= 2:
        return {tags.RESPONSE_REQUESTED: data[:2] != b"\0\0"}
    return {}


def _date(data: bytes) -> int | None:
    """DTR: year, month, day, hour, minute, second, day of the week, each two bytes; in UTC."""
    if len(data) < 12:
        return None
    try:
        year, month, day, hour, minute, second = struct.unpack_from("<6H", data)
        return filetime(datetime(year, month, day, hour, minute, second, tzinfo=UTC))
    except ValueError:
        return None


def _sender(data: bytes, codec: str) -> Properties:
    """TRP: kind, size, lengths of name and address, then these; the address as TYPE:address ([MS-OXTNEF] 2.1.3.3.1)."""
    if len(data) < 8:
        return {}
    _, _, name_size, address_size = struct.unpack_from("<4H", data)
    name = text(data[8 : 8 + name_size], codec)
    kind, _, address = text(data[8 + name_size : 8 + name_size + address_size], codec).partition(":")
    return (
        {tags.SENDER_NAME: name, tags.SENDER_ADDRESS_TYPE: kind, tags.SENDER_EMAIL_ADDRESS: address} if address else {}
    )
