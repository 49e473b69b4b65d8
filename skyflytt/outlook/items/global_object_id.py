"""PidLidGlobalObjectId ([MS-OXOCAL] 2.2.1.27): a meeting's identity, from and to an iCalendar UID ([MS-OXCICAL] 2.1.3.1.1.20.26)."""

from __future__ import annotations

import struct
from datetime import date

from skyflytt.outlook.mapi.named import PSETID_MEETING, Named

GLOBAL_OBJECT_ID = Named(PSETID_MEETING, 0x0003, 0x0102)
CLEAN_GLOBAL_OBJECT_ID = Named(PSETID_MEETING, 0x0023, 0x0102)

_ARRAY_ID = bytes.fromhex("040000008200E00074C5B7101A82E008")
_VCAL = b"vCal-Uid\x01\0\0\0"
_HEAD = 40


def global_object_id(uid: str, instance: date | None = None) -> bytes:
    """`instance` is the original date of a changed instance; without it this is the clean id, which is that of the series."""
    when = bytes(4) if instance is None else struct.pack(">HBB", instance.year, instance.month, instance.day)
    known = _bytes_of(uid)
    if known is not None:
        return known[:16] + when + known[20:]
    data = _VCAL + uid.encode("utf-8", "surrogatepass") + b"\0"
    return _ARRAY_ID + when + bytes(16) + struct.pack("<I", len(data)) + data


def uid_of(global_id: bytes) -> str:
    """The UID: the text that was given, or the clean id in hexadecimal; empty without an id."""
    if not global_id.startswith(_ARRAY_ID) or len(global_id) < _HEAD:
        return global_id.hex().upper()
    data = global_id[_HEAD:]
    if data.startswith(_VCAL):
        return data[len(_VCAL) :].rstrip(b"\0").decode("utf-8", "surrogateescape")
    return (global_id[:16] + bytes(4) + global_id[20:]).hex().upper()


def _bytes_of(uid: str) -> bytes | None:
    try:
        data = bytes.fromhex(uid) if uid.upper().startswith(_ARRAY_ID.hex().upper()) else b""
    except ValueError:
        return None
    return data if len(data) >= _HEAD else None
