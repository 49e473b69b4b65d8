"""Which device asks, in the query of ActiveSync's address: plain ([MS-ASHTTP] section 2.2.1.1.1.2) or in base64 (2.2.1.1.1.1)."""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache
from urllib.parse import unquote_to_bytes

NAMED = re.compile(rb"(?:^|[&?])(User|DeviceId|DeviceType)=([^&]*)", re.IGNORECASE)
BASE64 = re.compile(rb"[A-Za-z0-9+/]{12,}={0,2}(?=$|&)")


@lru_cache(maxsize=4096)
def device_of(query: bytes) -> tuple[bytes, bytes]:
    """The account and `DeviceType/DeviceId`; `-` and nothing where they are not told."""
    named = {key.lower(): unquote_to_bytes(value) for key, value in NAMED.findall(query)}
    kind, number = named.get(b"devicetype", b""), named.get(b"deviceid", b"")
    if not number and (found := BASE64.match(query)):
        kind, number = _decoded(found[0])
    device = b"/".join(part for part in (kind, number) if part)
    return named.get(b"user") or b"-", device


def _decoded(text: bytes) -> tuple[bytes, bytes]:
    """Version, command and locale take four bytes; then come device id, policy key and device type, each after its length."""
    try:
        data = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
        number, rest = _part(data[4:])
        _, rest = _part(rest)
        kind, _ = _part(rest)
    except (binascii.Error, IndexError):
        return b"", b""
    return kind, number if number.isalnum() else number.hex().encode()


def _part(data: bytes) -> tuple[bytes, bytes]:
    end = 1 + data[0]
    if end > len(data):
        raise IndexError
    return data[1:end], data[end:]
