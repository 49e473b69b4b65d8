"""What a check finds, and where."""

from __future__ import annotations

from typing import NamedTuple

from skyflytt.outlook.pst.check.catalogue import CATALOGUE, Severity
from skyflytt.outlook.pst.structure.broken import Broken

Place = tuple[int, ...]
"""The node ids that lead to an object: of the node itself, then of subnodes within subnodes."""


class Finding(NamedTuple):
    """One thing that is wrong: `code` is a row of `check.catalogue`, `offset` the byte in the file (0 where there is none)."""

    code: str
    offset: int
    where: str
    detail: str

    @property
    def severity(self) -> Severity:
        """One of "error" and "warning"."""
        return CATALOGUE[self.code].severity

    @property
    def advice(self) -> str:
        """What to do about it."""
        return CATALOGUE[self.code].advice


def at(place: Place) -> str:
    """A place in words: `node 0x8022 > 0x692`."""
    return "node " + " > ".join(f"{nid:#x}" for nid in place)


def found(broken: Broken, where: str) -> Finding:
    return Finding(broken.code, broken.offset, where, broken.detail)
