"""RTF read once from front to back: text with the formatting that matters to its meaning.

Our own, because RTFDE (LGPL) needs 1 s for 130 KB and refuses damaged RTF, and striprtf knows no encapsulation. Time grows with
the length only, memory with the length (a group that opens costs one reference).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum, auto

from skyflytt.outlook.rtf.charsets import codec_of, font_codec, text_in


class View(Enum):
    """What is wanted of an RTF: its HTML tags and text, its encapsulated plain text, or what a word processor would show."""

    HTML = auto()
    ENCAPSULATED_TEXT = auto()
    SHOWN = auto()


class _Place(Enum):
    BODY = auto()
    TAG = auto()
    FONTS = auto()
    SKIPPED = auto()


@dataclass(frozen=True, slots=True)
class _Format:
    """What a group inherits and its end restores."""

    place: _Place = _Place.BODY
    rtf_only: bool = False
    hidden: bool = False
    font: int = -1
    fallback: int = 1


_TOKEN = re.compile(
    rb"([^\\{}\r\n\0]+)|([\r\n\0]+)|([{}])|\\(?:([a-zA-Z]+)(-?[0-9]{1,10})?[0-9]*[ ]?|'([0-9a-fA-F]{2})|(\r\n|[^a-zA-Z])|\Z)",
    re.S,
)
_SKIPPED = frozenset(
    b"colortbl stylesheet info pict header headerl headerr headerf footer footerl footerr footerf ftnsep ftnsepc aftnsep aftnsepc "
    b"listtable listoverridetable revtbl rsidtbl filetbl xe tc rxe private1 objdata objclass objname datafield themedata "
    b"colorschememapping datastore latentstyles nonshppict mhtmltag".split()
)
_SIGNS = {
    b"tab": "\t",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"bullet": "•",
    b"endash": "–",
    b"emdash": "—",
    b"enspace": "\u2002",
    b"emspace": "\u2003",
    b"zwj": "\u200d",
    b"zwnj": "\u200c",
}
_LINES = frozenset((b"par", b"line", b"sect", b"page"))
_SYMBOLS = {b"~": "\u00a0", b"_": "\u2011", b"{": "{", b"}": "}", b"\\": "\\"}
_HTML_SIGNS = {
    "‘": "&lsquo;",
    "’": "&rsquo;",
    "“": "&ldquo;",
    "”": "&rdquo;",
    "•": "&bull;",
    "–": "&ndash;",
    "—": "&mdash;",
    "\u00a0": "&nbsp;",
    "\u2011": "&shy;",
}


class RtfReader:
    """One reading of one RTF."""

    def __init__(self, rtf: bytes, view: View) -> None:
        self._rtf = rtf
        self._view = view
        self._out: list[str] = []
        self._bytes = bytearray()
        self._format = _Format()
        self._groups: list[_Format] = []
        self._group_begins = False
        self._starred = False
        self._to_skip = 0
        self._document_codec = "cp1252"
        self._fonts: dict[int, str] = {}
        self._default_font = -1
        self._font = -1

    def text(self) -> str:
        """All of it, with CRLF line ends."""
        position, end, token = 0, len(self._rtf), _TOKEN.match
        while position < end:
            found = token(self._rtf, position)
            if found is None:
                break
            position = found.end()
            plain, line_end, brace, word, number, pair, symbol = found.groups()
            if plain:
                self._plain(plain)
            elif brace:
                self._brace(brace)
            elif pair:
                self._plain(bytes((int(pair, 16),)))
            elif word:
                if word == b"bin":
                    position += max(0, int(number or 0))
                self._control(word, int(number) if number else None)
            elif symbol:
                self._symbol(symbol)
            if not line_end:
                self._group_begins = self._group_begins and (brace == b"{" or symbol == b"*")
        self._flush()
        return _paired("".join(self._out))

    def _visible(self) -> bool:
        form = self._format
        if form.place is _Place.TAG:
            return self._view is View.HTML and not form.rtf_only
        if form.place is not _Place.BODY:
            return False
        return not form.hidden if self._view is View.SHOWN else not form.rtf_only

    def _plain(self, data: bytes) -> None:
        if self._to_skip:
            skipped = min(self._to_skip, len(data))
            self._to_skip -= skipped
            data = data[skipped:]
        if data and self._visible():
            self._bytes += data

    def _sign(self, text: str) -> None:
        if self._to_skip:
            self._to_skip -= 1
        elif self._visible():
            self._flush()
            in_html = self._view is View.HTML and self._format.place is _Place.BODY
            self._out.append(_HTML_SIGNS.get(text, text) if in_html else text)

    def _flush(self) -> None:
        if self._bytes:
            self._out.append(text_in(bytes(self._bytes), self._codec()))
            self._bytes.clear()

    def _codec(self) -> str:
        if self._format.place is _Place.TAG:
            return self._document_codec
        font = self._format.font if self._format.font >= 0 else self._default_font
        return self._fonts.get(font) or self._document_codec

    def _brace(self, brace: bytes) -> None:
        self._to_skip = 0
        self._flush()
        self._starred = False
        if brace == b"{":
            self._groups.append(self._format)
            self._group_begins = True
        elif self._groups:
            self._format = self._groups.pop()

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self._starred = self._group_begins
        elif symbol in b"\r\n":
            self._sign("\r\n")
        elif symbol in _SYMBOLS:
            self._sign(_SYMBOLS[symbol])

    def _control(self, word: bytes, number: int | None) -> None:
        starred, self._starred = self._starred, False
        if (starred or self._group_begins) and self._destination(word, starred):
            return
        if word == b"u":
            self._unicode(number or 0)
        elif word in _SIGNS:
            self._sign(_SIGNS[word])
        elif word in _LINES or (self._view is View.SHOWN and word == b"row"):
            self._sign("\r\n")
        elif word == b"cell":
            self._sign("\t")
        elif self._to_skip:
            self._to_skip -= 1
        else:
            self._formatting(word, number)

    def _destination(self, word: bytes, starred: bool) -> bool:
        if word == b"fonttbl":
            place = _Place.FONTS
        elif starred and word == b"htmltag":
            place = _Place.TAG
        elif word in _SKIPPED or (starred and word not in (b"shppict", b"shpinst", b"shptxt")):
            place = _Place.SKIPPED
        else:
            return False
        if self._format.place is not _Place.SKIPPED:
            self._flush()
            self._format = replace(self._format, place=place)
        return True

    def _unicode(self, number: int) -> None:
        self._sign(chr(number & 0xFFFF))
        self._to_skip = self._format.fallback

    def _formatting(self, word: bytes, number: int | None) -> None:
        if word == b"f":
            self._change_font(number or 0)
        elif word == b"fcharset":
            if self._format.place is _Place.FONTS and len(self._fonts) < 65536:
                self._fonts[self._font] = font_codec(number or 0)
        elif word == b"cpg" and self._format.place is _Place.FONTS and number and len(self._fonts) < 65536:
            self._fonts[self._font] = codec_of(number)
        elif word == b"htmlrtf":
            self._change(rtf_only=number != 0)
        elif word == b"v":
            self._change(hidden=number != 0)
        elif word == b"uc":
            self._change(fallback=min(max(number if number is not None else 1, 0), 255))
        elif word == b"plain":
            self._change(hidden=False, font=-1)
        elif word == b"ansicpg":
            self._document_codec = codec_of(number or 0) or "cp1252"
        elif word == b"deff":
            self._default_font = number or 0
        elif word in (b"mac", b"pc", b"pca"):
            self._document_codec = {b"mac": "mac_roman", b"pc": "cp437", b"pca": "cp850"}[word]

    def _change_font(self, number: int) -> None:
        if self._format.place is _Place.FONTS:
            self._font = number
        else:
            self._change(font=number)

    def _change(self, **changes: bool | int) -> None:
        if any(getattr(self._format, name) != value for name, value in changes.items()):
            self._flush()
            self._format = replace(self._format, **changes)  # type: ignore[arg-type]


def _paired(text: str) -> str:
    """Surrogate pairs that came as two `\\u` joined; a lone one becomes U+FFFD."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
