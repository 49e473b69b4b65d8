"""Charsets of mail: Python's codec, Windows' code page, and text that survives a charset that lies."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from skyflytt.mail.encodedwords import decoded
from skyflytt.outlook.mime.inbound import iso2022jp

UTF_8 = 65001
_ALIASES = {
    "windows-874": "cp874",
    "x-windows-874": "cp874",
    "iso-8859-11": "cp874",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "iso-8859-6-e": "iso8859-6",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "x-ms-cp932": "cp932",
    "shift-jis": "cp932",
    "shift_jis": "cp932",
    "sjis": "cp932",
    "x-gbk": "gb18030",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-big5": "cp950",
    "big5": "cp950",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "x-euc-jp": "euc_jp",
    "x-mac-roman": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "x-unicode-2-0-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "utf8mb3": "utf-8",
    "x-cp1252": "cp1252",
    "x-ansi": "cp1252",
    "ansi": "cp1252",
    "x-iso-8859-1": "iso8859-1",
    "iso-2022-jp": "iso2022_jp_ext",
}
"""What Python does not know, and where mail means the vendor's superset of what it says."""
_CODE_PAGES = {
    "ascii": 20127,
    "utf-8": UTF_8,
    "cp437": 437,
    "cp737": 737,
    "cp775": 775,
    "cp850": 850,
    "cp852": 852,
    "cp855": 855,
    "cp857": 857,
    "cp858": 858,
    "cp862": 862,
    "cp864": 864,
    "cp866": 866,
    "cp874": 874,
    "cp932": 932,
    "cp949": 949,
    "cp950": 950,
    "gb18030": 54936,
    "big5hkscs": 950,
    "johab": 1361,
    "euc_jp": 20932,
    "iso2022_jp": 50220,
    "iso2022_jp_1": 50220,
    "iso2022_jp_ext": 50220,
    "iso2022_kr": 50225,
    "hz": 52936,
    "koi8-r": 20866,
    "koi8-u": 21866,
    "mac-roman": 10000,
    "mac-greek": 10006,
    "mac-cyrillic": 10007,
    "mac-latin2": 10029,
    "mac-turkish": 10081,
} | {f"cp{page}": page for page in range(1250, 1259)}
_CODE_PAGES |= {f"iso8859-{number}": 28590 + number for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 15)}
_INJECTIVE = re.compile(r"iso-8859-\d+|koi8-[ru]|windows-125\d", re.I)
_NOT_FOR_MAIL = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "unicode-escape"))
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.I)
_META_WITHIN = 2_048


@lru_cache(maxsize=512)
def codec_of(charset: str) -> str:
    """Python's name for a charset of mail; empty if it has none."""
    name = charset.strip().strip("\"'").lower()
    try:
        found = codecs.lookup(_ALIASES.get(name, name))
    except (LookupError, ValueError, UnicodeError):
        return ""
    textual = getattr(found, "_is_text_encoding", True)
    return found.name if textual and found.name not in _NOT_FOR_MAIL else ""


def text_in(content: bytes, charset: str | None) -> tuple[str, bool]:
    """`content` as text, and whether the charset as it is named fitted, so that it gives the same bytes back."""
    text, clean = decoded(content, charset)
    if clean:
        codec = codec_of(charset) if charset else "ascii"
        injective = codec in ("ascii", "utf-8") or _INJECTIVE.fullmatch(charset or "")
        return text, "\0" not in text and bool(injective or _encodes_to(text, charset or "", content))
    wider, fits = decoded(content, superset_of(charset)) if charset else (text, False)
    return wider if fits else text, False


def superset_of(charset: str) -> str:
    """Python's name for what Windows' mailers write under a charset's name, after it did not fit as it is; empty if it has none."""
    codec = codec_of(charset)
    return iso2022jp.NAME if codec.startswith("iso2022_jp") else codec


def _encodes_to(text: str, codec: str, content: bytes) -> bool:
    try:
        return text.encode(codec) == content
    except (ValueError, LookupError):
        return False


def html_in(content: bytes, charset: str | None) -> tuple[bytes, int, bool]:
    """HTML as bytes with their code page, and whether they are the bytes that came.

    What has no code page that every reader of Outlook's files knows (UTF-7, UTF-16, ISO-8859-10, -14, -16 …) becomes UTF-8.
    """
    codec = codec_of(charset) if charset else ""
    if codec in ("", "ascii"):
        codec = "ascii" if content.isascii() and codec else _guessed(content)
    page = _CODE_PAGES.get(codec)
    if page is not None:
        return content, page, True
    text, clean = text_in(content, codec)
    return text.encode("utf-8", "replace"), UTF_8, clean


def _guessed(content: bytes) -> str:
    """What a browser would do: the bytes' own word for it if they fit it, then UTF-8, then Windows' Western European."""
    meta = _META.search(content, 0, _META_WITHIN)
    if meta and (codec := codec_of(meta[1].decode("ascii"))) and not codec.startswith("utf-16"):
        return codec
    if content.isascii():
        return "utf-8"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def code_page(charset: str | None) -> int | None:
    """Windows' number for a charset, if it has one."""
    return _CODE_PAGES.get(codec_of(charset)) if charset else None
