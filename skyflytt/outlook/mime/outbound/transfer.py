"""Transfer encodings of bodies (RFC 2045 §6) and what fits into a message without one."""

from __future__ import annotations

import binascii
import re

MAX_LINE = 998
"""Characters of a line without its end (RFC 5322 §2.1.1)."""
_LINE_END = re.compile(rb"\r\n|\r|\n")
_LONG_LINE = re.compile(rb"[^\n]{999}")
_LINE_BYTES = 57
_LINE_CHARACTERS = 76
_BLOCK = _LINE_BYTES * 16384


def crlf(text: bytes) -> bytes:
    """CRLF, CR and LF as CRLF."""
    return _LINE_END.sub(b"\r\n", text) if has_lone_line_end(text) else text


def has_lone_line_end(data: bytes) -> bool:
    """Whether there is a CR or LF that is not part of a CRLF."""
    pairs = data.count(b"\r\n")
    return data.count(b"\n") != pairs or data.count(b"\r") != pairs


def base64(data: bytes) -> list[bytes]:
    """Lines of 76 characters with CRLF, in pieces of about a megabyte."""
    return [_base64_lines(data[at : at + _BLOCK]) for at in range(0, len(data), _BLOCK)]


def _base64_lines(block: bytes) -> bytes:
    text = binascii.b2a_base64(block, newline=False)
    lines = [text[at : at + _LINE_CHARACTERS] for at in range(0, len(text), _LINE_CHARACTERS)]
    return b"\r\n".join(lines) + b"\r\n"


def fits(data: bytes) -> bool:
    """Whether 7bit or 8bit can carry it: no NUL, no lone CR or LF, no line that is too long."""
    return b"\0" not in data and not has_lone_line_end(data) and _LONG_LINE.search(data) is None


def encoded_text(data: bytes) -> tuple[str, list[bytes]]:
    """The name of the encoding that suits text best, and the text in it; decoding gives exactly `data`."""
    if data.isascii() and fits(data):
        return "7bit", [data]
    strange = len(data) - len(data.translate(None, _STRANGE))
    if has_lone_line_end(data) or strange * 6 > len(data):
        return "base64", base64(data)
    return "quoted-printable", [quoted_printable(data)]


_STRANGE = bytes((*range(9), 11, 12, *range(14, 32), 0x3D, *range(127, 256)))


def quoted_printable(data: bytes) -> bytes:
    """Quoted-printable of text whose line ends are CRLF; lines of at most 76 characters."""
    # binascii takes the line ends of the first line for all, and must not see CR as data.
    encoded = binascii.b2a_qp(data.replace(b"\r\n", b"\n"), quotetabs=False, istext=True, header=False)
    return encoded.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
