"""The header of a PST file with its ROOT ([MS-PST] 2.2.2.5 and 2.2.2.6)."""

from __future__ import annotations

from struct import Struct
from typing import NamedTuple

from skyflytt.outlook.errors import NotAPst, PstDamaged, PstEncryptionUnknown
from skyflytt.outlook.pst.structure.layout import ANSI, UNICODE, Layout

HEADER_BYTES = 564
ANSI_VERSIONS = (14, 15)
UNICODE_VERSIONS = range(23, 37)

_START = Struct("<4sI2sHHBB")
_UNICODE_BIDS = Struct("<QI")
_UNICODE_ROOT = Struct("<QQQQQQQQB")
_UNICODE_END = Struct("<BB2xQI")
_ANSI_BIDS = Struct("<III")
_ANSI_ROOT = Struct("<IIIIIIIIB")
_RESERVED_IDS = Struct("<32I")


class Header(NamedTuple):
    """Names as in [MS-PST], in words; a BREF is two fields. `next_block_bid` is bidNextB, `next_page_bid` bidNextP."""

    raw: bytes
    layout: Layout
    crc_partial: int
    version: int
    client_version: int
    next_page_bid: int
    next_block_bid: int
    last_indexes: tuple[int, ...]
    """rgnid: by node type the last nidIndex that was given away."""
    file_size: int
    last_map: int
    free_bytes: int
    free_page_bytes: int
    node_tree_bid: int
    node_tree: int
    block_tree_bid: int
    block_tree: int
    maps_valid: int
    sentinel: int
    encryption: int
    crc_full: int | None


def parse_header(raw: bytes, name: str) -> Header:
    """The header from the file's first 564 bytes. Raises NotAPst, PstDamaged (cut short) and PstEncryptionUnknown."""
    if raw[:4] != b"!BDN":
        raise NotAPst(name, f"it begins with {raw[:4]!r}" if raw else "it is empty")
    if len(raw) < HEADER_BYTES:
        raise PstDamaged(name, f"it ends after {len(raw)} bytes, within its header")
    _, crc_partial, client, version, client_version, _, _ = _START.unpack_from(raw)
    if client != b"SM":
        kind = (
            "an Outlook cache (OST)" if client == b"SO" else "an address book (PAB)" if client == b"AB" else "unknown"
        )
        raise NotAPst(name, f"its kind is {client!r}: {kind}")
    if version in ANSI_VERSIONS:
        header = _ansi(raw, crc_partial, version, client_version)
    elif version in UNICODE_VERSIONS:
        header = _unicode(raw, crc_partial, version, client_version)
    else:
        raise NotAPst(name, f"version {version} of the format is unknown")
    _refuse_encryption(header, name)
    return header


def _refuse_encryption(header: Header, name: str) -> None:
    if header.encryption == 2:
        raise PstEncryptionUnknown(name, "its blocks are encoded with the cyclic method (bCryptMethod 2)")
    if header.encryption not in (0, 1):
        raise PstEncryptionUnknown(name, f"method {header.encryption:#x} (bCryptMethod)")


def _unicode(raw: bytes, crc_partial: int, version: int, client_version: int) -> Header:
    next_page_bid, _ = _UNICODE_BIDS.unpack_from(raw, 0x20)
    root = _UNICODE_ROOT.unpack_from(raw, 0xB8)
    sentinel, encryption, next_block_bid, crc_full = _UNICODE_END.unpack_from(raw, 0x200)
    ids = _RESERVED_IDS.unpack_from(raw, 0x2C)
    return Header._make((
        raw, UNICODE, crc_partial, version, client_version, next_page_bid, next_block_bid, ids, *root,
        sentinel, encryption, crc_full,
    ))  # fmt: skip


def _ansi(raw: bytes, crc_partial: int, version: int, client_version: int) -> Header:
    next_block_bid, next_page_bid, _ = _ANSI_BIDS.unpack_from(raw, 0x18)
    root = _ANSI_ROOT.unpack_from(raw, 0xA8)
    ids = _RESERVED_IDS.unpack_from(raw, 0x24)
    return Header._make((
        raw, ANSI, crc_partial, version, client_version, next_page_bid, next_block_bid, ids, *root,
        raw[0x1CC], raw[0x1CD], None,
    ))  # fmt: skip
