"""The name-to-id map: entries, names, property sets and hash buckets ([MS-PST] 2.4.7)."""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple

from skyflytt.outlook.pst import nid as nids
from skyflytt.outlook.pst.check.finding import Finding, at, found
from skyflytt.outlook.pst.check.folders import properties_of
from skyflytt.outlook.pst.check.inspection import Inspection
from skyflytt.outlook.pst.integrity import crc
from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.property_context import PropertyContext

BUCKET_COUNT, SETS, ENTRIES, STRINGS, FIRST_BUCKET = 1, 2, 3, 4, 0x1000
BUCKETS = 251
ENTRY = Struct("<IHH")
WHERE = at((nids.NAME_TO_ID_MAP,))


class Entry(NamedTuple):
    """NAMEID; `guid` is wGuid with the bit that says whether `id` is an offset among the strings."""

    id: int
    guid: int
    number: int

    @property
    def named(self) -> bool:
        return bool(self.guid & 1)


def check(inspection: Inspection) -> Iterator[Finding]:
    node = inspection.database.nodes.find(nids.NAME_TO_ID_MAP)
    if node is None:
        return
    try:
        context = yield from properties_of(inspection, node)
        yield from check_map(inspection, context)
    except Broken as broken:
        yield found(broken, WHERE)


def check_map(inspection: Inspection, context: PropertyContext) -> Iterator[Finding]:
    for pid in (BUCKET_COUNT, SETS, ENTRIES, STRINGS):
        if pid not in context.records:
            yield Finding("names.stream-missing", context.heap.offset, WHERE, f"it has no property {pid:04x}")
    sets, stream, strings = (context.raw(pid) or b"" for pid in (SETS, ENTRIES, STRINGS))
    buckets = context.integer(BUCKET_COUNT) or BUCKETS
    if buckets != BUCKETS:
        yield Finding("names.bucket-count", context.heap.offset, WHERE, f"it has {buckets} buckets, not {BUCKETS}")
    if len(stream) % ENTRY.size or len(sets) % 16:
        detail = f"{len(stream)} bytes of entries, {len(sets)} of property sets"
        yield Finding("names.stream-size", context.heap.offset, WHERE, detail)
    entries = [Entry(*one) for one in ENTRY.iter_unpack(stream[: len(stream) // ENTRY.size * ENTRY.size])]
    inspection.names = len(entries)
    hashes: list[tuple[int, Entry] | None] = []
    yield from check_entries(context, entries, sets, strings, hashes)
    yield from check_buckets(context, hashes, buckets)


def check_entries(
    context: PropertyContext, entries: list[Entry], sets: bytes, strings: bytes, hashes: list[tuple[int, Entry] | None]
) -> Iterator[Finding]:
    """Every entry by itself; `hashes` gets what its bucket has to hold, or None where the name cannot be read."""
    seen: dict[tuple[bytes | int, int | str], int] = {}
    offset = context.heap.offset
    for number, entry in enumerate(entries):
        where = f"{WHERE}, entry {number}"
        if entry.number != number:
            yield Finding("names.entry-index", offset, where, f"wPropIdx is {entry.number}")
        guid = entry.guid >> 1
        if guid >= 3 + len(sets) // 16:
            yield Finding("names.entry-set", offset, where, f"its property set {guid} is not there")
        key: int | str = entry.id
        hashed = entry.id
        if entry.named:
            raw = string_at(strings, entry.id)
            if raw is None:
                yield Finding("names.entry-name", offset, where, f"its name at {entry.id} lies outside the strings")
                hashes.append(None)
                continue
            key, hashed = raw.decode("utf-16-le", "surrogatepass").lower(), crc(raw)
        identity = (sets[(guid - 3) * 16 : (guid - 2) * 16] if guid >= 3 else guid, key)
        if identity in seen:
            code = "names.name-twice" if entry.named else "names.id-twice"
            yield Finding(code, offset, where, f"{key!r} is entry {seen[identity]} already")
        seen.setdefault(identity, number)
        hashes.append((hashed, entry))


def string_at(strings: bytes, offset: int) -> bytes | None:
    if offset + 4 > len(strings) or offset % 4:
        return None
    size = int.from_bytes(strings[offset : offset + 4], "little")
    if offset + 4 + size > len(strings) or size % 2:
        return None
    return strings[offset + 4 : offset + 4 + size]


def check_buckets(context: PropertyContext, hashes: list[tuple[int, Entry] | None], buckets: int) -> Iterator[Finding]:
    """Each entry has one record, in the bucket of its hash ([MS-PST] 2.4.7.5), and there are no others."""
    due: dict[int, set[tuple[int, int, int]]] = {}
    for one in hashes:
        if one is not None:
            hashed, entry = one
            record = (hashed, entry.guid, entry.number)
            due.setdefault(FIRST_BUCKET + (hashed ^ entry.guid) % buckets, set()).add(record)
    offset = context.heap.offset
    for pid in sorted(due.keys() | {pid for pid in context.records if FIRST_BUCKET <= pid < FIRST_BUCKET + buckets}):
        raw = context.raw(pid) or b""
        where = f"{WHERE}, bucket {pid:#06x}"
        if len(raw) % ENTRY.size:
            yield Finding("names.bucket", offset, where, f"it has {len(raw)} bytes")
            continue
        there = set(ENTRY.iter_unpack(raw))
        for hashed, guid, index in sorted(due.get(pid, set()) - there):
            yield Finding(
                "names.bucket", offset, where, f"the entry {index} (hash {hashed:#x}, guid {guid:#x}) is not there"
            )
        for hashed, guid, index in sorted(there - due.get(pid, set())):
            yield Finding(
                "names.bucket", offset, where, f"the record {hashed:#x} {guid:#x} {index} belongs to no entry"
            )
