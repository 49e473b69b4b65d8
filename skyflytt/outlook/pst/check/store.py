"""The message store: its record key, and the EntryIDs of the special folders ([MS-PST] 2.4.3)."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.outlook.pst import nid as nids
from skyflytt.outlook.pst.check.finding import Finding, at, found
from skyflytt.outlook.pst.check.folders import properties_of
from skyflytt.outlook.pst.check.inspection import Inspection
from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.property_context import PropertyContext

RECORD_KEY, NAME, IPM_SUBTREE, WASTEBASKET, FINDER = 0x0FF9, 0x3001, 0x35E0, 0x35E3, 0x35E7
VALID_FOLDER_MASK, PST_HIDDEN_COUNT, PASSWORD = 0x35DF, 0x6633, 0x67FF
REQUIRED = (RECORD_KEY, IPM_SUBTREE, WASTEBASKET, FINDER)
USUAL = (NAME, VALID_FOLDER_MASK, PST_HIDDEN_COUNT, PASSWORD)
WHERE = at((nids.MESSAGE_STORE,))


def check(inspection: Inspection) -> Iterator[Finding]:
    node = inspection.database.nodes.find(nids.MESSAGE_STORE)
    if node is None:
        return
    try:
        context = yield from properties_of(inspection, node)
        yield from check_store(inspection, context)
    except Broken as broken:
        yield found(broken, WHERE)


def check_store(inspection: Inspection, context: PropertyContext) -> Iterator[Finding]:
    for code, due in (("store.property-missing", REQUIRED), ("store.property-usual", USUAL)):
        for pid in due:
            if pid not in context.records:
                yield Finding(code, context.heap.offset, WHERE, f"it has no property {pid:04x}")
    key = context.raw(RECORD_KEY)
    if key is None:
        return
    if len(key) != 16 or not any(key):
        yield Finding("store.record-key", context.heap.offset, WHERE, f"the record key is {key.hex() or 'empty'}")
    for pid in (IPM_SUBTREE, WASTEBASKET, FINDER):
        entry = context.raw(pid)
        if entry is not None:
            yield from check_entry(inspection, context, pid, entry, key)


def check_entry(
    inspection: Inspection, context: PropertyContext, pid: int, entry: bytes, key: bytes
) -> Iterator[Finding]:
    """EntryID: four zero bytes, the store's record key, a NID ([MS-PST] 2.4.3.2)."""
    where, offset = f"{WHERE}, property {pid:04x}0102", context.heap.offset
    if len(entry) != 24 or any(entry[:4]):
        yield Finding("store.entry-id", offset, where, f"it is no EntryID of this format: {entry[:24].hex()}")
    elif entry[4:20] != key:
        yield Finding(
            "store.entry-key", offset, where, f"it has the record key {entry[4:20].hex()}, the store {key.hex()}"
        )
    elif inspection.database.nodes.position(int.from_bytes(entry[20:], "little")) < 0:
        nid = int.from_bytes(entry[20:], "little")
        yield Finding("store.entry-folder", offset, where, f"its folder {nid:#x} is not there")
