"""A message taken apart into headers and decoded leaf parts, whatever its bytes are.

Nothing here raises on malformed input; what is wrong is noted as a concern code (see `skyflytt.mail.concerns`). Own code instead
of `email` because fingerprints are kept for years and must not change with the version of Python, and because it is several times
faster. Line ends are already bare LF in everything these functions take.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import pybase64

from skyflytt.mail.encodedwords import folded, text_of

MAX_DEPTH = 40
MAX_PARAMETERS = 16_384
"""Bytes of a Content-Type or Content-Disposition that are looked at; a hostile header must not cost more than its due."""
SHORT_PARAMETERS = 256
_SHOWN = ("name", "filename")
_CRLF = re.compile(rb"\r\n")
_HEADER = re.compile(rb"([!-9;-~]+)[ \t]*:(.*+(?:\n[ \t].*+)*+)\n?")
"""A header with its continuation lines."""
_BEHIND_BOUNDARY = re.compile(rb"(--)?[ \t]*$", re.M)
_PARAMETER = re.compile(r';\s*([^=;\s]+)\s*=\s*("(?:\\.|[^"\\])*"|[^;]*)', re.S)
_EXTENDED = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?\Z")

Headers = dict[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf: `type` in lower case, `name` decoded; `content` is decoded bytes, or the encoded ones when they are damaged."""

    type: str
    charset: str | None
    name: str
    attached: bool
    content: bytes


def one_line_end(raw: bytes) -> bytes:
    """CRLF, CR and LF as LF."""
    return lines_ended(raw)[0]


def lines_ended(raw: bytes) -> tuple[bytes, bool]:
    """As `one_line_end`, and whether the line ends were all of one kind: CRLF or LF."""
    if b"\r" not in raw:
        return raw, True
    # An expression, for which binary content without line ends costs a third of what `replace` takes.
    bare, count = _CRLF.subn(b"\n", raw)
    if b"\r" in bare:
        return bare.replace(b"\r", b"\n"), False
    return bare, bare.count(b"\n") == count


def split_headers(text: bytes, concerns: set[str]) -> tuple[Headers, bytes]:
    """The first header of each name (in lower case, value still folded) and the body."""
    if text.startswith(b"\n"):
        return {}, text[1:]
    block, separator, body = text.partition(b"\n\n")
    if not separator:
        block = block.removesuffix(b"\n")
    headers: Headers = {}
    offset = 0
    while match := _HEADER.match(block, offset):
        offset = match.end()
        name = match[1].lower()
        if name not in headers:
            headers[name] = match[2]
        elif name in _SINGLE:
            concerns.add("duplicate-header")
        if offset == len(block):
            return headers, body
    concerns.add("header-separator-missing")
    return headers, text[offset:]


_SINGLE = frozenset((b"from", b"date", b"subject", b"message-id", b"content-type", b"content-transfer-encoding"))


def leaves(
    headers: Headers, body: bytes, concerns: set[str], depth: int = 0, default: str = "text/plain"
) -> Iterator[Part]:
    """Every leaf part in its order; an attached message is a leaf of type `message/rfc822`."""
    kind, parameters = _content_type(headers, default)
    if not kind.startswith("multipart/"):
        yield _leaf(kind, parameters, headers, body, concerns)
        return
    pieces = _pieces(body, parameters.get("boundary", ""), concerns)
    if depth >= MAX_DEPTH:
        concerns.add("nesting-too-deep")
        pieces = None
    if pieces is None:
        yield Part(kind, None, "", True, body)
        return
    below = "message/rfc822" if kind == "multipart/digest" else "text/plain"
    for piece in pieces:
        wrong: set[str] = set()
        part_headers, part_body = split_headers(piece, wrong)
        if wrong:
            concerns.add("part-header-malformed")
        yield from leaves(part_headers, part_body, concerns, depth + 1, below)


def _pieces(body: bytes, boundary: str, concerns: set[str]) -> list[bytes] | None:
    if not boundary:
        concerns.add("boundary-missing")
        return None
    pieces: list[bytes] = []
    start: int | None = None
    for at, end, closes in _boundaries(body, boundary.encode("utf-8", "surrogateescape")):
        if start is not None:
            pieces.append(body[start : max(start, at - 1)])
        start = end + 1
        if closes:
            return pieces
    if start is None:
        concerns.add("boundary-not-found")
        return None
    concerns.add("closing-boundary-missing")
    pieces.append(body[start:])
    return pieces


def _boundaries(body: bytes, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """Lines that are this boundary: where each begins and ends, and whether it is the closing one."""
    line = b"--" + boundary
    at = 0 if body.startswith(line) else body.find(b"\n" + line) + 1
    while at or body.startswith(line, at):
        match = _BEHIND_BOUNDARY.match(body, at + len(line))
        if match:
            yield at, match.end(), bool(match[1])
        at = body.find(b"\n" + line, match.end() if match else at) + 1
        if not at:
            return


def _leaf(kind: str, parameters: Mapping[str, str], headers: Headers, body: bytes, concerns: set[str]) -> Part:
    disposition, details = _value_and_parameters(headers.get(b"content-disposition", b""))
    name = details.get("filename") or parameters.get("name") or ""
    attached = disposition == "attachment" or bool(name) or not kind.startswith("text/")
    content = _transfer_decoded(headers, body, concerns)
    if kind == "message/rfc822" and content is not body:
        concerns.add("encoded-message")
    return Part(kind, parameters.get("charset"), folded(name), attached, content)


def _transfer_decoded(headers: Headers, body: bytes, concerns: set[str]) -> bytes:
    encoding = headers.get(b"content-transfer-encoding", b"").split(b";")[0].strip().strip(b'"').lower()
    if encoding == b"base64":
        compact = body.translate(None, b" \t\n")
        try:
            return _base64_decoded(compact)
        except binascii.Error:
            concerns.add("bad-base64")
            return compact
    if encoding == b"quoted-printable":
        return binascii.a2b_qp(body)
    if encoding not in (b"", b"7bit", b"8bit", b"binary"):
        concerns.add("unknown-transfer-encoding")
    return body


def _base64_decoded(compact: bytes) -> bytes:
    """What `binascii` makes of it, which has the last word; whole groups in front of the last are decoded ten times as fast."""
    head = compact[:-4]
    if len(compact) % 4 == 0 and b"=" not in head:
        try:
            return pybase64.b64decode(head, validate=True) + binascii.a2b_base64(compact[-4:], strict_mode=True)
        except binascii.Error:
            pass
    return binascii.a2b_base64(compact, strict_mode=True)


def _content_type(headers: Headers, default: str) -> tuple[str, Mapping[str, str]]:
    value, parameters = _value_and_parameters(headers.get(b"content-type", b""))
    return (value if value.count("/") == 1 else default), parameters


def _value_and_parameters(raw: bytes) -> tuple[str, Mapping[str, str]]:
    """Most parts of most messages have one of few."""
    return _remembered(raw) if len(raw) <= SHORT_PARAMETERS else _read(raw)


def _read(raw: bytes) -> tuple[str, Mapping[str, str]]:
    text = raw[:MAX_PARAMETERS].replace(b"\n", b"").decode("utf-8", "surrogateescape")
    value, semicolon, rest = text.partition(";")
    plain: dict[str, str] = {}
    extended: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAMETER.finditer(semicolon + rest):
        name, content = match[1].lower(), _unquoted(match[2])
        if "*" in name and (parts := _EXTENDED.match(name)):
            extended.setdefault(parts[1], []).append((int(parts[2] or 0), bool(parts[3]), content))
        else:
            plain.setdefault(name, _shown(content) if name in _SHOWN else content)
    plain.update({name: _rfc2231(pieces) for name, pieces in extended.items()})
    return value.strip().lower(), plain


_remembered = lru_cache(maxsize=256)(_read)


def _shown(content: str) -> str:
    return text_of(content.encode("utf-8", "surrogateescape"))[0]


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return re.sub(r"\\(.)", r"\1", value[1:-1], flags=re.S)
    return value


def _rfc2231(pieces: list[tuple[int, bool, str]]) -> str:
    charset, data = "utf-8", b""
    for position, (_, percent, value) in enumerate(sorted(pieces, key=lambda piece: piece[0])):
        content = value
        if percent:
            if position == 0 and value.count("'") >= 2:
                charset, _, content = value.split("'", 2)
            data += _percent_decoded(content)
        else:
            data += content.encode("utf-8", "surrogateescape")
    try:
        return data.decode(charset or "utf-8")
    except (LookupError, ValueError, TypeError):
        return data.decode("utf-8", "replace")


def _percent_decoded(text: str) -> bytes:
    data = text.encode("utf-8", "surrogateescape")
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda match: bytes((int(match[1], 16),)), data)
