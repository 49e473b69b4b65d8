"""Folder names in modified UTF-7 (RFC 3501 §5.1.3), as IMAP and Maildir++ write them."""

from __future__ import annotations

import binascii
import re

_ENCODED = re.compile(rb"&([^-]*)-")


def decode(name: bytes) -> str:
    """The name; what is not valid modified UTF-7 (some servers send plain UTF-8) is taken as it stands."""
    try:
        return _ENCODED.sub(lambda match: _plain(match[1]), name).decode("utf-8")
    except ValueError:
        return name.decode("utf-8", "replace")


def encode(name: str) -> bytes:
    return b"".join(
        run.replace(b"&", b"&-")
        if plain
        else b"&" + binascii.b2a_base64(run, newline=False).rstrip(b"=").replace(b"/", b",") + b"-"
        for plain, run in _runs(name)
    )


def _plain(coded: bytes) -> bytes:
    if not coded:
        return b"&"
    data = binascii.a2b_base64(coded.replace(b",", b"/") + b"=" * (-len(coded) % 4), strict_mode=True)
    return data.decode("utf-16-be").encode("utf-8")


def _runs(name: str) -> list[tuple[bool, bytes]]:
    pieces = re.findall(r"[\x20-\x7e]+|[^\x20-\x7e]+", name)
    return [
        (True, piece.encode("ascii")) if " " <= piece[0] <= "~" else (False, piece.encode("utf-16-be"))
        for piece in pieces
    ]
