"""The pages of the node and block B-trees ([MS-PST] 2.2.2.7.7)."""

from __future__ import annotations

from typing import NamedTuple

from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.file import PstFile
from skyflytt.outlook.pst.structure.layout import PageTrailer


class TreePage(NamedTuple):
    """BTPAGE. `entries` are (key, bid, offset) above level 0, else (bid, offset, size, references) of a block or
    (nid, data bid, subnode bid, parent) of a node."""

    offset: int
    raw: bytes
    entries: list[tuple[int, ...]]
    entry_count: int
    most: int
    entry_size: int
    level: int
    padding: int
    trailer: PageTrailer


def read_tree_page(pst: PstFile, offset: int, kind: int) -> TreePage:
    """One page of the tree `kind` (page type 0x80 or 0x81). Raises Broken where it holds no such page."""
    layout = pst.layout
    raw = pst.page(offset)
    trailer = layout.trailer_of_page(raw)
    if trailer.kind != kind:
        raise Broken("btree.page-type", offset, f"the page's type is {trailer.kind:#x}, not {kind:#x}")
    count, most, entry_size, level = raw[layout.tree_meta : layout.tree_meta + 4]
    packing = layout.tree_index if level else layout.leaf[kind]
    least = layout.tree_index.size if level else layout.leaf_size[kind]
    if entry_size < least or count * entry_size > layout.tree_meta:
        raise Broken("btree.entry-size", offset, f"{count} entries of {entry_size} bytes do not fit (level {level})")
    entries = [packing.unpack_from(raw, start) for start in range(0, count * entry_size, entry_size)]
    padding = int.from_bytes(raw[layout.tree_meta + 4 : layout.page_data], "little")
    return TreePage(offset, raw, entries, count, most, entry_size, level, padding, trailer)
