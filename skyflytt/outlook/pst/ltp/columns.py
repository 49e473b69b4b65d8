"""The columns of a table: where each stands in a row, and its bit in the cell existence block ([MS-PST] 2.3.4.1, 2.3.4.4.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from struct import Struct
from typing import NamedTuple

from skyflytt.outlook.pst.ltp.values import FIXED_SIZE

ROW_ID = 0x67F20003
"""PidTagLtpRowId: first in every row."""
ROW_VERSION = 0x67F30003
"""PidTagLtpRowVer: second in every row."""

_HNID_SIZE = 4
_TCINFO = Struct("<BB4HIII")
_TCOLDESC = Struct("<IHBB")
_TC_TYPE = 0x7C
_MAX_COLUMNS = 255


class Column(NamedTuple):
    """A TCOLDESC ([MS-PST] 2.3.4.2); `fixed` tells whether the cell holds the value itself."""

    tag: int
    offset: int
    size: int
    bit: int
    fixed: bool


class RowLayout:
    """`columns` ascend by tag, without the row's id and version; `row_size` is in bytes, `existence` the offset of its last group."""

    def __init__(self, tags: Iterable[int]) -> None:
        ordered = [ROW_ID, ROW_VERSION, *sorted(set(tags) - {ROW_ID, ROW_VERSION})]
        if len(ordered) > _MAX_COLUMNS:
            raise ValueError(f"a table has up to {_MAX_COLUMNS} columns, not {len(ordered)}")
        bits = {tag: bit for bit, tag in enumerate(ordered)}
        described: list[Column] = []
        ends, offset = [], 0
        for sizes in ((4, 8), (2,), (1,)):
            for tag in [tag for tag in ordered if _cell_size(tag) in sizes]:
                size = _cell_size(tag)
                described.append(Column(tag, offset, size, bits[tag], (tag & 0xFFFF) in FIXED_SIZE))
                offset += size
            ends.append(offset)
        self.existence = offset
        self.row_size = offset + -(-len(ordered) // 8)
        self._ends = [*ends, self.row_size]
        self._described = sorted(described)
        self.columns: Sequence[Column] = [one for one in self._described if one.tag not in {ROW_ID, ROW_VERSION}]

    @property
    def info_size(self) -> int:
        """Bytes of the TCINFO."""
        return _TCINFO.size + len(self._described) * _TCOLDESC.size

    def info(self, row_index: int, rows: int) -> bytes:
        """The TCINFO ([MS-PST] 2.3.4.1): HID of the row index, HNID of the row matrix."""
        head = _TCINFO.pack(_TC_TYPE, len(self._described), *self._ends, row_index, rows, 0)
        return head + b"".join(_TCOLDESC.pack(*column[:4]) for column in self._described)


@lru_cache(maxsize=256)
def row_layout(tags: frozenset[int]) -> RowLayout:
    """The layout for these columns; messages of one kind have recipient tables with the same ones."""
    return RowLayout(tags)


def _cell_size(tag: int) -> int:
    return FIXED_SIZE.get(tag & 0xFFFF, _HNID_SIZE)
