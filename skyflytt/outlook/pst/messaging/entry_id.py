"""Entry ids: of objects in the store ([MS-PST] 2.4.3.2), and of addresses outside any address book ([MS-OXCDATA] 2.2.5.1)."""

from __future__ import annotations

import struct

from skyflytt.outlook.mapi import Properties, Value
from skyflytt.outlook.mapi.tags import ADDRESS_TYPE, DISPLAY_NAME, EMAIL_ADDRESS

_ONE_OFF = bytes.fromhex("00000000812b1fa4bea310199d6e00dd010f5402")
_UNICODE_WITHOUT_RICH_TEXT = 0x9001
_STORE_ENTRY = struct.Struct("<I16sI")


def store_entry_id(record_key: bytes, nid: int) -> bytes:
    """24 bytes: flags, the store's record key, the node."""
    return _STORE_ENTRY.pack(0, record_key, nid)


def one_off_entry_id(recipient: Properties) -> bytes | None:
    """By which Outlook can answer to an address; None without an address and its type."""
    name, kind, address = (_text(recipient.get(tag)) for tag in (DISPLAY_NAME, ADDRESS_TYPE, EMAIL_ADDRESS))
    if not kind or not address:
        return None
    texts = f"{name or address}\0{kind}\0{address}\0".encode("utf-16-le", "surrogatepass")
    return _ONE_OFF + struct.pack("<HH", 0, _UNICODE_WITHOUT_RICH_TEXT) + texts


def address_search_key(recipient: Properties) -> bytes | None:
    """The bytes of SMTP:A@B.EXAMPLE with a final NUL ([MS-OXOABK] 2.2.3.5); None without an address and its type."""
    kind, address = _text(recipient.get(ADDRESS_TYPE)), _text(recipient.get(EMAIL_ADDRESS))
    return f"{kind}:{address}\0".upper().encode("utf-8", "replace") if kind and address else None


def _text(value: Value | None) -> str | None:
    return value if isinstance(value, str) else None
