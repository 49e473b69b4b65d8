"""Code pages of RTF: `\\ansicpgN` and a font's `\\fcharsetN` as names of Python's codecs."""

from __future__ import annotations

import codecs
from functools import lru_cache

_SYMBOL = 2
_FONT_CHARSETS = {
    0: 1252,
    77: 10000,
    78: 932,
    79: 949,
    80: 936,
    81: 950,
    128: 932,
    129: 949,
    130: 1361,
    134: 936,
    136: 950,
    161: 1253,
    162: 1254,
    163: 1258,
    177: 1255,
    178: 1256,
    186: 1257,
    204: 1251,
    222: 874,
    238: 1250,
    254: 437,
    255: 850,
}
_NAMES = {10000: "mac_roman", 1361: "johab", 65001: "utf-8", 20127: "ascii", 28591: "iso8859-1", 20866: "koi8-r"}


@lru_cache(maxsize=256)
def codec_of(code_page: int) -> str:
    """The codec of a Windows code page, "" when Python has none."""
    try:
        return codecs.lookup(_NAMES.get(code_page, f"cp{code_page}")).name
    except LookupError:
        return ""


def font_codec(charset: int) -> str:
    """The codec of a font with this `\\fcharset`; "" for the default one (1), symbols and what is unknown."""
    return "" if charset == _SYMBOL else codec_of(_FONT_CHARSETS.get(charset, 0))


def text_in(data: bytes, codec: str) -> str:
    """`data` by `codec`; bytes that have no meaning there are read as Windows-1252 or Latin-1, so that none is lost."""
    for name in (codec or "cp1252", "cp1252"):
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1")
