"""A header as it stands in the bytes: its fields in their order (RFC 5322 §2.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from skyflytt.mail.encodedwords import words_of
from skyflytt.outlook.mime.inbound.charsets import superset_of

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:([^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*)(?:\r\n|\r|\n|\Z)")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_LINE_ENDS = re.compile(rb"[\r\n]+")
_NOT_SHOWN = re.compile("[\0\r\n]")
_CHARSET = re.compile(rb"=\?([^?*\s]+)(?:\*[^?\s]*)?(?=\?[bBqQ]\?)")


@dataclass(slots=True)
class Header:
    """`block` is all of it, without the empty line; `fields` are names in lower case with their values, still folded."""

    block: bytes = b""
    fields: list[tuple[bytes, bytes]] = field(default_factory=list)
    first: dict[bytes, bytes] = field(default_factory=dict)

    def text(self, name: bytes) -> str:
        """The first field of this name, decoded, on one line; empty if there is none."""
        value = self.first.get(name)
        return shown(value) if value is not None else ""

    def all(self, name: bytes) -> list[bytes]:
        """The values of every field of this name."""
        return [value for key, value in self.fields if key == name]


def read_header(source: bytes, start: int, end: int, faults: set[str]) -> tuple[Header, int]:
    """The header that begins at `start`, and where the body begins. A line that is no field ends it and begins the body."""
    header, at = Header(), start
    match = _FIELD.match(source, at, end)
    while match is not None:
        name, value = match[1].lower(), match[2]
        header.fields.append((name, value))
        header.first.setdefault(name, value)
        at = match.end()
        match = _FIELD.match(source, at, end) if at < end else None
    header.block = source[start:at]
    if at == end:
        return header, at
    if separator := _LINE_END.match(source, at, end):
        return header, separator.end()
    faults.add("header-separator-missing")
    return header, at


def unfolded(value: bytes) -> bytes:
    """A value on one line; the white space at a fold stays (RFC 5322 §2.2.3)."""
    return _LINE_ENDS.sub(b"", value)


def shown(value: bytes) -> str:
    """A value as people read it: unfolded, encoded words and raw 8-bit text decoded, no NUL and no line end."""
    value = value.strip()
    if b"\n" in value or b"\r" in value:
        value = unfolded(value)
    text = value.decode("ascii") if value.isascii() and b"=?" not in value else decoded_words(value)
    return _NOT_SHOWN.sub("", text).strip()


def decoded_words(value: bytes) -> str:
    """Encoded words decoded; where a charset does not fit, by what its name stands for on Windows."""
    text, clean = words_of(value)
    if not clean and b"=?" in value:
        wider, fits = words_of(_CHARSET.sub(_wider, value))
        return wider if fits else text
    return text


def _wider(match: re.Match[bytes]) -> bytes:
    codec = superset_of(match[1].decode("latin-1"))
    return b"=?" + codec.encode() if codec else match[0]
