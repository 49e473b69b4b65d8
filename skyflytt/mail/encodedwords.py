"""Header values as people read them: RFC 2047 encoded words, raw 8-bit text, folding.

The decoding is our own because fingerprints are kept for years: they may not change with the Python that computes them.
"""

from __future__ import annotations

import binascii
import codecs
import re
from functools import lru_cache

_ENCODED = re.compile(rb"=\?([^?*\s]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?\n]*)\?=")
_BETWEEN = re.compile(rb"[ \t\n]*\Z")


def text_of(value: bytes) -> tuple[str, bool]:
    """The decoded value on one line with white space folded, and whether all of it could be decoded."""
    text, clean = words_of(value)
    return folded(text), clean


def words_of(value: bytes) -> tuple[str, bool]:
    """The decoded value with its white space as it is, and whether all of it could be decoded."""
    if b"=?" not in value:
        return decoded(value, None)
    runs, clean = _runs(value)
    pieces = []
    for charset, data in runs:
        text, good = decoded(data, charset)
        clean = clean and good
        pieces.append(text)
    return "".join(pieces), clean


def _runs(value: bytes) -> tuple[list[tuple[str | None, bytes]], bool]:
    """Stretches of one charset; neighbouring encoded words are joined before decoding (RFC 2047 §6.2)."""
    runs: list[tuple[str | None, bytes]] = []
    clean, end = True, 0
    for match in _ENCODED.finditer(value):
        between = value[end : match.start()]
        if not (end and _BETWEEN.fullmatch(between)):
            runs.append((None, between))
        charset = match[1].decode("latin-1").lower()
        data, good = _word(match[2], match[3])
        clean = clean and good
        if runs and runs[-1][0] == charset:
            data = runs.pop()[1] + data
        runs.append((charset, data))
        end = match.end()
    runs.append((None, value[end:]))
    return runs, clean


def _word(encoding: bytes, data: bytes) -> tuple[bytes, bool]:
    if encoding in b"qQ":
        return binascii.a2b_qp(data, header=True), True
    compact = data.translate(None, b" \t").rstrip(b"=")
    try:
        return binascii.a2b_base64(compact + b"=" * (-len(compact) % 4), strict_mode=True), True
    except binascii.Error:
        return data, False


def decoded(data: bytes, charset: str | None) -> tuple[str, bool]:
    """`data` as text and whether `charset` fitted; what does not fit is read as UTF-8, else Latin-1, so that nothing is lost."""
    codec = _codec(charset or "us-ascii")
    if codec != "ascii":
        try:
            return (storable(data.decode(codec)), True) if codec else _guessed(data)
        except (LookupError, ValueError):
            pass
    elif data.isascii():
        return data.decode("ascii"), True
    return _guessed(data)


def _guessed(data: bytes) -> tuple[str, bool]:
    try:
        return data.decode("utf-8"), False
    except UnicodeDecodeError:
        return data.decode("latin-1"), False


@lru_cache(maxsize=512)
def _codec(charset: str) -> str:
    """Python's name of a charset, empty when it has none or one that is no charset of mail."""
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        return ""
    return "" if name.replace("-", "_") in _NOT_FOR_MAIL else name


_NOT_FOR_MAIL = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"))


def folded(text: str) -> str:
    """Every run of white space as one space, none at the ends."""
    return " ".join(text.split())


def storable(text: str) -> str:
    """Text without lone surrogates, which no database and no file can hold."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text
