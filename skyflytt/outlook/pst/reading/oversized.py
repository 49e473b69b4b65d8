"""Values above 128 MiB, which libpff refuses to read: they come from the package's own reader of the raw structures."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

from skyflytt.errors.base import BadInput
from skyflytt.outlook.pst.reading.libpff import Entry, Unreadable
from skyflytt.outlook.pst.reading.node_database import loaded
from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.database import Database
from skyflytt.outlook.pst.structure.file import open_file
from skyflytt.outlook.pst.structure.heap import Heap
from skyflytt.outlook.pst.structure.property_context import PropertyContext, subnode_map

_REFUSED = "exceeds maximum allocation size"


class OversizedValues:
    """`count` is of the property contexts that were read this way. To be closed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stack = ExitStack()
        self.count = 0

    def close(self) -> None:
        self._stack.close()

    def entries(self, nids: tuple[int, ...], refusal: Unreadable) -> list[Entry | Unreadable]:
        """The property context of a node, or of the subnode that `nids` lead to. Raises `refusal` where size is not the reason,
        Unreadable where it cannot be read here either."""
        if _REFUSED not in str(refusal):
            raise refusal
        try:
            context = self._context(nids)
            found: list[Entry | Unreadable] = [
                Entry(pid, kind, context.raw(pid) or b"") for pid, (kind, _) in context.records.items()
            ]
        except (Broken, BadInput) as error:
            raise Unreadable(str(error)) from error
        self.count += 1
        return found

    @cached_property
    def _database(self) -> Database:
        return loaded(self._stack.enter_context(open_file(self._path)))

    def _context(self, nids: tuple[int, ...]) -> PropertyContext:
        node = self._database.nodes.find(nids[0])
        if node is None:
            raise Unreadable(f"there is no node {nids[0]:#x}")
        data, subnodes = node.data, subnode_map(self._database, node.subnodes)
        for nid in nids[1:]:
            if nid not in subnodes:
                raise Unreadable(f"there is no subnode {nid:#x}")
            data, subnodes = subnodes[nid].data, subnode_map(self._database, subnodes[nid].subnodes)
        return PropertyContext(Heap(self._database, data), subnodes)
