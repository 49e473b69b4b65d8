"""What all checks share: the file, its keys, what is in use and what was seen."""

from __future__ import annotations

from collections.abc import Callable

from skyflytt.outlook.pst.check.usage import Usage
from skyflytt.outlook.pst.structure.database import Database
from skyflytt.outlook.pst.structure.file import PstFile
from skyflytt.outlook.pst.structure.layout import FIRST_MAP, SPAN_BYTES

Progress = Callable[[int, int], None]
"""Called with what is done and what there is to do, in blocks and nodes."""


class Inspection:
    """`seen` and `listed` are flags by position among the node keys: checked as an object, named by a row of its parent's table."""

    def __init__(self, pst: PstFile, progress: Progress | None = None) -> None:
        self.pst = pst
        self.header = pst.header
        self.layout = pst.layout
        self.database = Database(pst)
        self.spans = max(0, -(-(pst.size - FIRST_MAP) // SPAN_BYTES))
        self.usage = Usage(self.spans)
        self.seen = bytearray()
        self.listed = bytearray()
        self.names: int | None = None
        """How many entries the name-to-id map has; None while that is not known."""
        self._progress = progress
        self._done = 0

    def keys_are_there(self) -> None:
        self.database.blocks.settle()
        self.database.nodes.settle()
        self.seen = bytearray(len(self.database.nodes))
        self.listed = bytearray(len(self.database.nodes))

    def step(self, count: int = 1) -> None:
        self._done += count
        if self._progress and self._done % 64 < count:
            self._progress(self._done, len(self.database.blocks) + len(self.database.nodes))
