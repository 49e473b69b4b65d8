"""Content-Type and Content-Disposition with their parameters, however they are written (RFC 2045 §5.1, 2183, 2231, 2047)."""

from __future__ import annotations

import re

from skyflytt.mail.encodedwords import decoded, folded
from skyflytt.outlook.mime.inbound.charsets import codec_of
from skyflytt.outlook.mime.inbound.header import decoded_words

MAX_BYTES = 16_384
"""Of a header that are looked at, so that a hostile one does not cost more than its due."""
MAX_QUOTES = 100
"""Of a header that are looked at: each one that is never closed is searched to the end."""

_PARAMETER = re.compile(r';\s*([^=;\s]+)\s*=\s*("(?:\\.|[^"\\])*"|[^;]*)', re.S)
_EXTENDED = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?\Z")
_ESCAPE = re.compile(r"\\(.)", re.S)
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_NAMES = frozenset(("name", "filename"))
_NO_LINE_ENDS = bytes.maketrans(b"", b"")


def value_and_parameters(raw: bytes | None) -> tuple[str, dict[str, str]]:
    """The value in lower case, and its parameters by name in lower case; names of files are decoded."""
    if not raw:
        return "", {}
    text = raw[:MAX_BYTES].translate(_NO_LINE_ENDS, b"\r\n").decode("utf-8", "surrogateescape")
    if text.count('"') > MAX_QUOTES:
        text = '"'.join(text.split('"', MAX_QUOTES)[:MAX_QUOTES])
    value, semicolon, rest = text.partition(";")
    plain: dict[str, str] = {}
    extended: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAMETER.finditer(semicolon + rest):
        name, content = match[1].lower(), _unquoted(match[2])
        if "*" in name and (parts := _EXTENDED.match(name)):
            extended.setdefault(parts[1], []).append((int(parts[2] or 0), bool(parts[3]), content))
        else:
            plain.setdefault(name, _name(content) if name in _NAMES else content)
    for name, pieces in extended.items():
        plain[name] = folded(_rfc2231(pieces))
    return value.strip().lower(), plain


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) >= 2 and value[0] == value[-1] == '"':
        value = value[1:-1]
        return _ESCAPE.sub(r"\1", value) if "\\" in value else value
    return value


def _name(content: str) -> str:
    return folded(decoded_words(content.encode("utf-8", "surrogateescape")))


def _rfc2231(pieces: list[tuple[int, bool, str]]) -> str:
    charset, data = "utf-8", b""
    for position, (_, percent, value) in enumerate(sorted(pieces, key=lambda piece: piece[0])):
        content = value
        if percent and position == 0 and value.count("'") >= 2:
            charset, _, content = value.split("'", 2)
        octets = content.encode("utf-8", "surrogateescape")
        data += _PERCENT.sub(lambda match: bytes((int(match[1], 16),)), octets) if percent else octets
    return decoded(data, codec_of(charset) or "utf-8")[0]
