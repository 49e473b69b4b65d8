"""Who a message is: a fingerprint of its decoded content that survives servers which write its MIME anew.

Equal for bare-LF and CRLF variants, for re-encoded headers and parts, other MIME boundaries and another order of headers; different
for different content. A message whose structure is lost gets a fingerprint of its whole text, marked by its prefix.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import mktime_tz, parsedate_tz
from typing import Literal
from unicodedata import normalize

from skyflytt.mail.concerns import STRUCTURE_IS_LOST, wire_concerns
from skyflytt.mail.encodedwords import decoded, folded, text_of
from skyflytt.mail.mimetree import MAX_DEPTH, Headers, Part, leaves, lines_ended, one_line_end, split_headers

CONTENT_PREFIX = "c1:"
"""Of a fingerprint over decoded content; the number changes when the recipe does."""
TEXT_PREFIX = "t1:"
"""Of a fingerprint over the whole text, for malformed messages."""

_ADDRESS = re.compile(r"""[^\s<>()",;:\[\]]+@[^\s<>()",;:]+""")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Identity:
    """`digest` is the SHA-256 of the raw bytes, `sent` the Date header in UTC; `concerns` are codes of `MESSAGE_CONCERNS`."""

    fingerprint: str
    digest: str
    message_id: str | None
    subject: str
    sent: datetime | None
    concerns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    message_id: str
    subject: str
    sent: datetime | None
    sent_text: str
    sender: str


def fingerprint(raw: bytes) -> Identity:
    """The identity of a message; takes any bytes and never raises."""
    text, of_one_kind = lines_ended(raw)
    concerns = wire_concerns(raw, of_one_kind=of_one_kind)
    if b"\0" in text:
        # IMAP has no NUL (RFC 9051 §9, CHAR8); Dovecot hands it out as 0x80.
        text = text.replace(b"\0", b"\x80")
    if text.startswith((b"From ", b">From ")):
        concerns.add("mbox-from-line")
        text = text.partition(b"\n")[2]
    headers, body = split_headers(text, concerns)
    if not headers:
        concerns.add("no-header" if raw else "empty")
    seen = _look(headers, concerns)
    content = _content_digest(seen, headers, body, concerns, 0)
    mark = TEXT_PREFIX + _text_digest(text) if concerns & STRUCTURE_IS_LOST else CONTENT_PREFIX + content
    digest = hashlib.sha256(raw).hexdigest()
    return Identity(mark, digest, seen.message_id or None, seen.subject, seen.sent, tuple(sorted(concerns)))


def matches(a: bytes, b: bytes) -> Literal["byte-identical", "fingerprint"] | None:
    """How two copies of a message agree, if they do."""
    if a == b:
        return "byte-identical"
    return "fingerprint" if fingerprint(a).fingerprint == fingerprint(b).fingerprint else None


def _look(headers: Headers, concerns: set[str]) -> _Seen:
    subject = _header(headers, b"subject", concerns)
    sent_text = _header(headers, b"date", concerns)
    sent = _utc(sent_text)
    if not sent_text:
        concerns.add("missing-date")
    elif sent is None:
        concerns.add("unreadable-date")
    message_id = _header(headers, b"message-id", concerns)
    if not message_id:
        concerns.add("missing-message-id")
    sender = _header(headers, b"from", concerns)
    if not sender:
        concerns.add("missing-from")
        sender = _header(headers, b"sender", concerns)
    # Who has no name is given his address as one: "a@b" <a@b>.
    addresses = ",".join(dict.fromkeys(address.lower() for address in _ADDRESS.findall(sender)))
    return _Seen(message_id, subject, sent, sent_text, addresses or sender)


def _header(headers: Headers, name: bytes, concerns: set[str]) -> str:
    value = headers.get(name)
    if value is None:
        return ""
    text, clean = text_of(value)
    if not clean:
        concerns.add("undecodable-header")
    return text.replace("\0", "")


def _utc(text: str) -> datetime | None:
    try:
        parsed = parsedate_tz(text)
        return _EPOCH + timedelta(seconds=int(mktime_tz(parsed))) if parsed else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _content_digest(seen: _Seen, headers: Headers, body: bytes, concerns: set[str], depth: int) -> str:
    texts: dict[str, list[str]] = {}
    attachments: list[str] = []
    for part in leaves(headers, body, concerns, depth):
        if part.attached:
            attachments.append(_attachment_digest(part, depth))
        else:
            text, clean = decoded(part.content, part.charset)
            if not clean:
                concerns.add("undecodable-text")
            # Some servers join several text parts into one body, so the parts are not told apart here either.
            texts.setdefault(part.type, []).append(text.removeprefix("\ufeff"))
    return _digest(_fields(seen, texts, attachments))


def _fields(seen: _Seen, texts: dict[str, list[str]], attachments: list[str]) -> Iterator[str]:
    yield seen.message_id
    yield seen.sent.isoformat() if seen.sent else seen.sent_text
    yield seen.sender
    yield seen.subject
    for kind in sorted(texts):
        if text := folded(" ".join(texts[kind])):
            yield kind
            yield text
    yield "attachments"
    yield from sorted(attachments)


def _attachment_digest(part: Part, depth: int) -> str:
    if part.type == "message/rfc822" and depth < MAX_DEPTH:
        # An attached message is written anew like its carrier; what is malformed in it is not the carrier's concern.
        inner: set[str] = set()
        headers, body = split_headers(one_line_end(part.content), inner)
        if headers:
            seen = _look(headers, inner)
            content = _content_digest(seen, headers, body, inner, depth + 1)
            if not inner & STRUCTURE_IS_LOST:
                return _digest(iter((part.type, content)))
    content = hashlib.sha256(one_line_end(part.content).rstrip(b"\n")).hexdigest()
    return _digest(iter((normalize("NFC", part.name), content)))


def _digest(fields: Iterator[str]) -> str:
    encoded = (field.encode("utf-8", "surrogatepass") for field in fields)
    return hashlib.sha256(b"".join([b"%d:%b" % (len(data), data) for data in encoded])).hexdigest()


def _text_digest(text: bytes) -> str:
    """Servers end the last line where it has no end."""
    return hashlib.sha256(text.rstrip(b"\n")).hexdigest()
