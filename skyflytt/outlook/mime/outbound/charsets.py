"""Windows code pages as charsets of MIME, and text in them."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress

UTF_8 = 65001
_CHARSETS = {
    874: "windows-874",
    932: "shift_jis",
    936: "gbk",
    949: "ks_c_5601-1987",
    950: "big5",
    1361: "johab",
    10000: "macintosh",
    10006: "x-mac-greek",
    10007: "x-mac-cyrillic",
    10029: "x-mac-ce",
    10081: "x-mac-turkish",
    20127: "us-ascii",
    20866: "koi8-r",
    20932: "euc-jp",
    21866: "koi8-u",
    50220: "iso-2022-jp",
    50221: "iso-2022-jp",
    50222: "iso-2022-jp",
    50225: "iso-2022-kr",
    51932: "euc-jp",
    51936: "gb2312",
    51949: "euc-kr",
    52936: "hz-gb-2312",
    54936: "gb18030",
    UTF_8: "utf-8",
}
_CHARSETS |= {page: f"windows-{page}" for page in range(1250, 1259)}
_CHARSETS |= {28590 + number: f"iso-8859-{number}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 15)}
_CHARSETS |= {page: f"ibm{page}" for page in (437, 737, 775, 850, 852, 855, 857, 858, 862, 864, 866)}
_CODECS = {
    "shift_jis": "cp932",
    "ks_c_5601-1987": "cp949",
    "big5": "cp950",
    "windows-874": "cp874",
    "macintosh": "mac_roman",
    "x-mac-greek": "mac_greek",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-ce": "mac_latin2",
    "x-mac-turkish": "mac_turkish",
    "hz-gb-2312": "hz",
}
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.I)


def charset_of(code_page: int) -> str:
    """MIME's name of a code page, "" when it has none that a text part can name."""
    return _CHARSETS.get(code_page, "")


def encoded(text: str, code_page: int) -> tuple[bytes, str]:
    """`text` and the charset it is in: the code page's if that holds all of it, else UTF-8; half surrogate pairs become `?`."""
    charset = charset_of(code_page)
    if charset and code_page != UTF_8:
        with suppress(UnicodeEncodeError, LookupError):
            return text.encode(_CODECS.get(charset, charset)), charset
    return text.encode("utf-8", "replace"), "utf-8"


def charset_of_html(html: bytes, code_page: int) -> str:
    """The charset that HTML is in: by its code page if the bytes fit it, else by its own word, else as far as they tell."""
    for charset in (charset_of(code_page), _declared(html), "utf-8"):
        if charset and _fits(html, charset):
            return charset
    return "windows-1252" if _fits(html, "windows-1252") else charset_of(code_page) or "utf-8"


def _declared(html: bytes) -> str:
    meta = _META.search(html, 0, 2048)
    return meta[1].decode("ascii").lower() if meta else ""


def _fits(html: bytes, charset: str) -> bool:
    codec = _CODECS.get(charset, charset)
    try:
        if codecs.lookup(codec).name.startswith("utf-16"):
            return False
        if not html.isascii():
            html.decode(codec)
    except (LookupError, ValueError):
        return False
    return True
