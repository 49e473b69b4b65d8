"""Pages: 496 bytes and a trailer ([MS-PST] 2.2.2.7.1)."""

from __future__ import annotations

from struct import Struct

from skyflytt.outlook.pst.integrity import crc, signature
from skyflytt.outlook.pst.ndb.layout import PageType

_TRAILER = Struct("<BBHIQ")


def map_page(kind: PageType, data: bytes, offset: int) -> bytes:
    """An AMap, PMap, FMap or FPMap page: no signature, and its own offset for a BID."""
    return data + _TRAILER.pack(kind, kind, 0, crc(data), offset)


def tree_page(kind: PageType, data: bytes, offset: int, bid: int) -> bytes:
    """A BTPAGE of the node or block B-tree; `data` is 496 bytes."""
    return data + _TRAILER.pack(kind, kind, signature(offset, bid), crc(data), bid)
