"""Strings in Windows code pages, decoded so that no byte is lost."""

from __future__ import annotations

import codecs
from functools import lru_cache

UTF_16 = 1200
WIDE = frozenset({UTF_16, 1201})
WESTERN = 1252
"""What a string without a code page of its own is taken for."""

_CODECS = {
    UTF_16: "utf-16-le",
    1201: "utf-16-be",
    1361: "johab",
    10000: "mac-roman",
    10006: "mac-greek",
    10007: "mac-cyrillic",
    10029: "mac-latin2",
    10079: "mac-iceland",
    10081: "mac-turkish",
    20127: "ascii",
    20866: "koi8-r",
    20932: "euc-jp",
    21866: "koi8-u",
    50220: "iso2022-jp",
    50221: "iso2022-jp-ext",
    50222: "iso2022-jp-ext",
    50225: "iso2022-kr",
    51932: "euc-jp",
    51936: "gb2312",
    51949: "euc-kr",
    52936: "hz",
    54936: "gb18030",
    65000: "utf-7",
    65001: "utf-8",
    **{28590 + part: f"iso8859-{part}" for part in (*range(1, 12), 13, 14, 15, 16)},
}


@lru_cache
def codec(code_page: int) -> str | None:
    """Python's codec for a Windows code page, None for one that Python does not know."""
    try:
        return codecs.lookup(_CODECS.get(code_page, f"cp{code_page}")).name
    except LookupError:
        return None


def decode(raw: bytes, code_page: int) -> tuple[str, str]:
    """The text and, where it is not what the code page says, in one sentence what was done instead (else "").

    Nothing is lost: bytes without a meaning become lone surrogates U+DC80 to U+DCFF ("surrogateescape"), the bytes
    of an unknown code page become the characters of the same number.
    """
    name = codec(code_page)
    if name is None:
        return raw.decode(
            "latin-1"
        ), f"code page {code_page} is unknown; each byte was kept as the character of its number"
    if code_page == UTF_16:
        return _decode_utf_16(raw)
    try:
        return raw.decode(name), ""
    except UnicodeDecodeError:
        return _decode_damaged(raw, code_page, name)


def _decode_utf_16(raw: bytes) -> tuple[str, str]:
    text = raw[: len(raw) & ~1].decode("utf-16-le", "surrogatepass")
    if len(raw) & 1:
        return text + chr(raw[-1]), "the UTF-16 text had an odd number of bytes; the last was kept as a character"
    return text, ""


def _decode_damaged(raw: bytes, code_page: int, name: str) -> tuple[str, str]:
    try:
        text = raw.decode(name, "surrogateescape")
    except UnicodeDecodeError:
        return raw.decode(
            "latin-1"
        ), f"text is not in its code page {code_page}; each byte was kept as the character of its number"
    return text, f"text has bytes that code page {code_page} does not define; they were kept as lone surrogates"
