"""ISO-2022-JP as mail from Windows has it (code page 50220): with NEC's and IBM's characters, which Python's codecs do not know."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

NAME = "skyflytt_cp50220"
"""The codec's name here. No mail says it: what a charset of mail means may not depend on this module."""

_ESCAPE = re.compile(rb"\x1b(\$[@B]|\([BJI])")
_KANJI = frozenset((b"$@", b"$B"))
_KANA = b"(I"


def decode(data: bytes, errors: str = "strict", /) -> tuple[str, int]:
    """The text, and how many bytes it was made from. Raises UnicodeDecodeError on what is in no Japanese set of Windows."""
    octets = bytes(data)
    return b"".join(_shift_jis(octets)).decode("cp932", errors), len(octets)


def _shift_jis(data: bytes) -> Iterator[bytes]:
    pieces = _ESCAPE.split(data)
    yield pieces[0]
    for kind, stretch in zip(pieces[1::2], pieces[2::2], strict=True):
        if kind in _KANJI:
            yield from _kanji(stretch)
        else:
            yield bytes(byte | 0x80 if byte > 0x20 else byte for byte in stretch) if kind == _KANA else stretch


def _kanji(stretch: bytes) -> Iterator[bytes]:
    """Pairs of seven bits; line ends and blanks stand alone."""
    at = 0
    while at < len(stretch):
        row, cell = stretch[at], stretch[at + 1] if at + 1 < len(stretch) else 0
        if row <= 0x20:
            yield stretch[at : at + 1]
            at += 1
            continue
        if row > 0x7E or not 0x21 <= cell <= 0x7E:
            raise UnicodeDecodeError(NAME, stretch, at, min(at + 2, len(stretch)), "no pair of a row and a cell")
        lead = (row + 1 >> 1) + (0x70 if row < 0x5F else 0xB0)
        yield bytes((lead, cell + (0x1F + (cell > 0x5F) if row & 1 else 0x7E)))
        at += 2


def _encode(text: str, _errors: str = "strict", /) -> tuple[bytes, int]:
    raise UnicodeEncodeError(NAME, text, 0, len(text), "only for reading")


def _search(name: str) -> codecs.CodecInfo | None:
    # The codec machinery promises any buffer; `bytes(data)` takes them all.
    return codecs.CodecInfo(_encode, decode, name=NAME) if name == NAME else None  # type: ignore[arg-type]


codecs.register(_search)
