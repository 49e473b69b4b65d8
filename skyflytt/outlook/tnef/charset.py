"""Text in the code page that a TNEF stream names ([MS-OXTNEF] 2.1.3.4.1.2, attOemCodepage)."""

from __future__ import annotations

import codecs

WESTERN = "cp1252"
_CODECS = {
    936: "gb18030",
    1200: "utf-16-le",
    20127: "ascii",
    20866: "koi8-r",
    20932: "euc_jp",
    21866: "koi8-u",
    50220: "iso2022_jp",
    50221: "iso2022_jp_ext",
    51932: "euc_jp",
    51949: "euc_kr",
    54936: "gb18030",
    65000: "utf-7",
    65001: "utf-8",
} | {28590 + number: f"iso8859-{number}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 15)}


def codec_of(code_page: int) -> str:
    """Python's name of a code page; Windows' Western European for one that it does not have."""
    name = _CODECS.get(code_page, f"cp{code_page}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return WESTERN


def text(data: bytes, codec: str) -> str:
    """`data` up to its NUL; what the code page does not have is read as Latin-1, so that nothing is lost."""
    data = data.partition(b"\0")[0]
    try:
        return data.decode(codec)
    except ValueError:
        return data.decode("latin-1")
