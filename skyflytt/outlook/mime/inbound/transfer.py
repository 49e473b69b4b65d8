"""Content-Transfer-Encoding undone (RFC 2045 §6)."""

from __future__ import annotations

import binascii
import re

from skyflytt.outlook.mime.inbound.structure import Entity

_WHITE = b" \t\r\n"
_BAD_QUOTED = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*(?:\r\n|\r|\n))")
_LONE_CR = re.compile(rb"\r(?!\n)")
_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ?[^\r\n]*(?:\r\n|\r|\n)", re.M)
_PLAIN = frozenset((b"", b"7bit", b"8bit", b"binary"))


def encoding_of(entity: Entity) -> bytes:
    """The encoding's name in lower case; empty if none is named."""
    return entity.header.first.get(b"content-transfer-encoding", b"").split(b";")[0].strip().strip(b'"').lower()


def content_of(entity: Entity, faults: set[str]) -> bytes:
    """The decoded content; what is not well-formed is decoded as far as it goes, and noted in `faults`."""
    encoding = encoding_of(entity)
    if encoding == b"base64":
        return _base64(entity.body, faults)
    if encoding == b"quoted-printable":
        body = entity.body
        if _BAD_QUOTED.search(body):
            faults.add("bad-quoted-printable")
        if b"\r" in body and body.count(b"\r") != body.count(b"\r\n"):
            # binascii takes everything from "=\r" to the next LF for a soft line break.
            faults.add("lone-carriage-return")
            body = _LONE_CR.sub(b"\r\n", body)
        return binascii.a2b_qp(body)
    if encoding in _PLAIN:
        return entity.body
    faults.add("unknown-transfer-encoding")
    return _uuencoded(entity.body) if b"uu" in encoding else entity.body


def _base64(body: bytes, faults: set[str]) -> bytes:
    compact = body.translate(None, _WHITE)
    try:
        return binascii.a2b_base64(compact, strict_mode=True)
    except binascii.Error:
        faults.add("bad-base64")
    try:
        return binascii.a2b_base64(compact + b"==")
    except binascii.Error:
        # One character is left over: less than a byte.
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", compact)
        return binascii.a2b_base64(letters[: len(letters) // 4 * 4])


def _uuencoded(body: bytes) -> bytes:
    begin = _UU_BEGIN.search(body)
    if begin is None:
        return body
    data: list[bytes] = []
    for line in body[begin.end() :].splitlines():
        if line.strip() == b"end":
            return b"".join(data)
        try:
            data.append(binascii.a2b_uu(line))
        except binascii.Error:
            return body
    return body
