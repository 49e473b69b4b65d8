"""The keys of a PST file's B-trees, read without libpff, as far as the pages of a damaged file go."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from skyflytt.errors.base import BadInput
from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.btree import read_tree_page
from skyflytt.outlook.pst.structure.database import Database
from skyflytt.outlook.pst.structure.file import PstFile, open_file
from skyflytt.outlook.pst.structure.layout import BLOCK_TREE, NODE_TREE

Children = Mapping[int, Sequence[int]]
"""NIDs of the nodes below each node, ascending."""


def children(path: Path) -> Children:
    """Who is below whom, by the file's node B-tree; empty where it cannot be followed."""
    found: dict[int, array[int]] = {}
    try:
        with open_file(path) as pst:
            for nid, _, _, parent in _leaves(pst, pst.header.node_tree, NODE_TREE):
                if nid != parent:
                    found.setdefault(parent, array("I")).append(nid & 0xFFFFFFFF)
    except BadInput:
        return {}
    return found


def loaded(pst: PstFile) -> Database:
    """Some 20 bytes of memory for each block and node."""
    database = Database(pst)
    for entry in _leaves(pst, pst.header.block_tree, BLOCK_TREE):
        database.blocks.append(*entry)
    for entry in _leaves(pst, pst.header.node_tree, NODE_TREE):
        database.nodes.append(*entry)
    database.blocks.settle()
    database.nodes.settle()
    return database


def _leaves(pst: PstFile, root: int, kind: int) -> Iterator[tuple[int, ...]]:
    """The entries of a B-tree, as far as its pages can be read."""
    waiting, seen = [root], set[int]()
    while waiting:
        offset = waiting.pop()
        if offset in seen:
            continue
        seen.add(offset)
        try:
            page = read_tree_page(pst, offset, kind)
        except Broken:
            continue
        if page.level:
            waiting.extend(below for _, _, below in reversed(page.entries))
        else:
            yield from page.entries
