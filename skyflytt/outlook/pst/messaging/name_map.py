"""The name-to-id map: which named property has which id in this file ([MS-PST] 2.4.7)."""

from __future__ import annotations

import struct
from collections.abc import Set as AbstractSet
from uuid import UUID

from skyflytt.outlook.errors import ItemTooLarge
from skyflytt.outlook.mapi import Named, Value
from skyflytt.outlook.mapi.named import KEYWORDS, PS_MAPI, PS_PUBLIC_STRINGS, PSETID_COMMON
from skyflytt.outlook.pst.integrity import crc
from skyflytt.outlook.pst.ltp import write_property_context
from skyflytt.outlook.pst.ndb import NodeDatabase
from skyflytt.outlook.pst.nid import NAME_TO_ID_MAP

FIRST_ID = 0x8000
MOST_NAMES = 0x7FFE
BUCKETS = 251

_BUCKET_COUNT, _GUIDS, _ENTRIES, _STRINGS = 0x00010003, 0x00020102, 0x00030102, 0x00040102
_FIRST_BUCKET = 0x10000102
_ENTRY = struct.Struct("<IHH")
_LENGTH = struct.Struct("<I")
_FIXED_SETS = {PS_MAPI: 1, PS_PUBLIC_STRINGS: 2}
_FIRST_SET = 3
# In every file, as in Outlook's own: no reader then meets an empty stream of names.
_ALWAYS = (KEYWORDS, Named(PSETID_COMMON, 0x8503, 0x000B))


NAMELESS = "(no name)"
"""In place of an empty name, for which libpff takes the whole file as damaged."""


def name_key(named: Named) -> tuple[UUID, int | str]:
    """Equal for names that are one in a file: those that differ in case only."""
    name = named.name
    return named.set, (name or NAMELESS).casefold() if isinstance(name, str) else name


class NameMap:
    """Ids in the order of first use; names that differ in case only are one name. In memory: every name once."""

    def __init__(self) -> None:
        self._tags: dict[Named, int] = {}
        self._ids: dict[tuple[UUID, int | str], int] = {}
        self._sets: dict[UUID, int] = {}
        self._strings = bytearray()
        self._entries = bytearray()
        self._buckets: dict[int, bytearray] = {}
        for name in _ALWAYS:
            self.tag(name)

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def size_bytes(self) -> int:
        """What the map takes, about."""
        return len(self._strings) + 16 * len(self._sets) + 2 * len(self._entries) + 20 * len(self._buckets)

    def tag(self, named: Named) -> int:
        """Id and type as a full tag. Raises `ItemTooLarge` when a file's 32,766 names are used up."""
        tag = self._tags.get(named)
        if tag is None:
            tag = self._tags[named] = self._id(named) << 16 | named.type
        return tag

    def has_room_for(self, names: AbstractSet[Named]) -> bool:
        """Whether all of them can be named in this file."""
        return len(self) + len(names) <= MOST_NAMES or len(self) + len(names - self._tags.keys()) <= MOST_NAMES

    def write(self, database: NodeDatabase) -> None:
        """The node; nothing may be named after it."""
        streams: dict[int, Value] = {
            _BUCKET_COUNT: BUCKETS,
            _GUIDS: b"".join(guid.bytes_le for guid in self._sets),
            _ENTRIES: bytes(self._entries),
            _STRINGS: bytes(self._strings),
        }
        streams |= {_FIRST_BUCKET + (bucket << 16): bytes(self._buckets[bucket]) for bucket in sorted(self._buckets)}
        node = write_property_context(database, streams)
        database.node(NAME_TO_ID_MAP, node.data_bid, node.subnode_bid)

    def _id(self, named: Named) -> int:
        name = named.name
        if named.set == PS_MAPI and isinstance(name, int) and 0 < name < FIRST_ID:
            return name
        key = name_key(named)
        found = self._ids.get(key)
        return self._add(key, named) if found is None else found

    def _add(self, key: tuple[UUID, int | str], named: Named) -> int:
        index = len(self._ids)
        if index >= MOST_NAMES:
            raise ItemTooLarge(str(named.name), f"it is named property number {index + 1:,}, and {MOST_NAMES:,} fit")
        which, digest = self._set(named.set) << 1, named.name
        if isinstance(digest, str):
            which, place, digest = which | 1, len(self._strings), self._string(digest or NAMELESS)
        else:
            place = digest = digest & 0xFFFFFFFF
        self._entries += _ENTRY.pack(place, which, index)
        self._buckets.setdefault((digest ^ which) % BUCKETS, bytearray()).extend(_ENTRY.pack(digest, which, index))
        self._ids[key] = FIRST_ID + index
        return FIRST_ID + index

    def _set(self, guid: UUID) -> int:
        fixed = _FIXED_SETS.get(guid)
        return self._sets.setdefault(guid, len(self._sets) + _FIRST_SET) if fixed is None else fixed

    def _string(self, name: str) -> int:
        """Put into the stream, aligned to 4 bytes; its hash."""
        text = name.encode("utf-16-le", "surrogatepass")
        self._strings += _LENGTH.pack(len(text)) + text + bytes(-len(text) % 4)
        return crc(text)
