"""The name-to-ID map: which property sets and names the ids from 0x8000 on stand for ([MS-PST] 2.4.7)."""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct
from uuid import UUID

from skyflytt.outlook.mapi.named import PS_MAPI, PS_PUBLIC_STRINGS, PSETID_SKYFLYTT, Named
from skyflytt.outlook.pst.reading.libpff import Entry, File, Unreadable

FIRST_NAMED = 0x8000
_GUID_STREAM, _ENTRY_STREAM, _STRING_STREAM = 2, 3, 4
_NAMEID = Struct("<IHH")
_U32 = Struct("<I")
_FIXED_SETS = {0: UUID(int=0), 1: PS_MAPI, 2: PS_PUBLIC_STRINGS}

Names = Mapping[int, tuple[UUID, int | str]]
"""Property set and LID or name, by NPID."""


def read_names(file: File) -> Names:
    """The map of the file; entries that point nowhere are left out. Empty where the file has none that can be read."""
    try:
        item = file.name_to_id_map()
        if item is None:
            return {}
        with item:
            streams = {entry.id: entry.data for entry in item.entries() if isinstance(entry, Entry)}
    except Unreadable:
        return {}
    return _parsed(*(streams.get(stream, b"") for stream in (_GUID_STREAM, _ENTRY_STREAM, _STRING_STREAM)))


def named(names: Names, npid: int, kind: int) -> Named:
    """The property `npid`; under a name of our own where the map does not know it."""
    set_, name = names.get(npid) or (PSETID_SKYFLYTT, f"Unnamed{npid:04X}")
    return Named(set_, name, kind)


def _parsed(guids: bytes, entries: bytes, strings: bytes) -> Names:
    found: dict[int, tuple[UUID, int | str]] = {}
    for number, which, index in _NAMEID.iter_unpack(entries[: len(entries) // _NAMEID.size * _NAMEID.size]):
        set_ = _set(which >> 1, guids)
        name = _string(number, strings) if which & 1 else number
        if set_ is not None and name is not None:
            found.setdefault(FIRST_NAMED + index, (set_, name))
    return found


def _set(index: int, guids: bytes) -> UUID | None:
    if index in _FIXED_SETS:
        return _FIXED_SETS[index]
    data = guids[(index - 3) * 16 : (index - 2) * 16]
    return UUID(bytes_le=data) if len(data) == 16 else None


def _string(offset: int, strings: bytes) -> str | None:
    if offset + 4 > len(strings):
        return None
    size = _U32.unpack_from(strings, offset)[0]
    data = strings[offset + 4 : offset + 4 + size]
    return data.decode("utf-16-le", "surrogatepass") if len(data) == size and size % 2 == 0 else None
