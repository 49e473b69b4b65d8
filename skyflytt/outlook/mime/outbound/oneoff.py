"""EntryIDs that hold an address: one-off ones ([MS-OXCDATA] 2.2.5.1) and those of Exchange's address book (2.2.5.2)."""

from __future__ import annotations

import struct
from typing import NamedTuple

_PROVIDER = bytes.fromhex("812B1FA4BEA310199D6E00DD010F5402")
_HEAD = struct.Struct("<I16sHH")
_UNICODE = 0x8000
_ADDRESS_BOOK = bytes.fromhex("DCA740C8C042101AB4B908002B2FE182")
_BOOK_HEAD = 28
_LISTS_MAX = 65536


class OneOff(NamedTuple):
    """What a one-off EntryID says."""

    name: str
    address_type: str
    address: str


def one_off(entry_id: bytes) -> OneOff | None:
    """The address in an EntryID; None for one that has none and for a damaged one."""
    if len(entry_id) < _HEAD.size:
        return None
    _, provider, _, flags = _HEAD.unpack_from(entry_id)
    if provider == _ADDRESS_BOOK:
        name = entry_id[_BOOK_HEAD:].partition(b"\0")[0].decode("cp1252", "replace")
        return OneOff("", "EX", name) if name else None
    if provider != _PROVIDER:
        return None
    strings = _unicode(entry_id[_HEAD.size :]) if flags & _UNICODE else _ansi(entry_id[_HEAD.size :])
    return OneOff(*strings[:3]) if len(strings) >= 3 else None


def _unicode(data: bytes) -> list[str]:
    return data[: len(data) & ~1].decode("utf-16-le", "replace").split("\0", 3)


def _ansi(data: bytes) -> list[str]:
    return data.decode("cp1252", "replace").split("\0", 3)


def flat_entries(data: bytes) -> list[bytes]:
    """The EntryIDs of a FlatEntryList ([MS-OXCDATA] 2.3.3): count, size, then sized entries aligned to 4 bytes."""
    entries: list[bytes] = []
    if len(data) < 8:
        return entries
    count = min(int.from_bytes(data[:4], "little"), _LISTS_MAX)
    at = 8
    while len(entries) < count and at + 4 <= len(data):
        size = int.from_bytes(data[at : at + 4], "little")
        entries.append(data[at + 4 : at + 4 + size])
        at += 4 + (size + 3 & ~3)
    return entries
