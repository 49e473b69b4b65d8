"""Which nodes of a PST file hold bytes that are not those that were written. libpff reads them without a word ([MS-PST] 5.3)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from skyflytt.outlook.errors import PstDamaged, PstEncryptionUnknown
from skyflytt.outlook.pst.integrity import crc
from skyflytt.outlook.pst.reading.node_database import loaded
from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.database import INTERNAL, Database
from skyflytt.outlook.pst.structure.file import PstFile, open_file
from skyflytt.outlook.pst.structure.keys import Block

_DEEPEST = 60


def altered_nodes(path: Path) -> frozenset[int]:
    """NIDs of the nodes with a block whose checksum is wrong, anywhere below them. Reads every block of the file once.

    Empty where the file is encoded in a way that only libpff reads, or where its indexes are too damaged to follow.
    """
    try:
        with open_file(path) as pst:
            database = loaded(pst)
            altered = {block.bid & ~1 for block in _blocks(database) if not _is_intact(pst, block)}
            if not altered:
                return frozenset()
            nodes = (database.nodes[position] for position in range(len(database.nodes)))
            return frozenset(
                node.nid for node in nodes if _touches(database, altered, node.data, node.subnodes, _DEEPEST)
            )
    except (PstEncryptionUnknown, PstDamaged):
        return frozenset()


def _blocks(database: Database) -> Iterator[Block]:
    return (database.blocks[position] for position in range(len(database.blocks)))


def _is_intact(pst: PstFile, block: Block) -> bool:
    try:
        stored = pst.read(block.offset, pst.layout.stored_size(block.size))
    except (Broken, OSError):
        return False
    trailer = pst.layout.trailer_of_block(stored)
    # The checksum of nothing but zeros is zero: what was wiped out is known by its trailer alone.
    return trailer.bid == block.bid and trailer.crc == crc(memoryview(stored)[: block.size])


def _touches(database: Database, altered: set[int], data: int, subnodes: int, depth: int) -> bool:
    """Whether the data or the subnodes, to any depth, have an altered block, or cannot be followed."""
    if {data & ~1, subnodes & ~1} & altered or not depth:
        return True
    try:
        if data & INTERNAL and _data_touches(database, altered, data):
            return True
        return any(
            _touches(database, altered, below.data, below.subnodes, depth - 1) for below in database.subnodes(subnodes)
        )
    except Broken:
        return True


def _data_touches(database: Database, altered: set[int], data: int) -> bool:
    block = database.x_block(data)
    return any(bid & ~1 in altered or (block.level > 1 and _data_touches(database, altered, bid)) for bid in block.bids)
