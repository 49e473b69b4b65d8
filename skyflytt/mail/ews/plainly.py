"""Mail for and from servers that make their own of its MIME: headers in ASCII on the way there, no text that they added on the way back."""

from __future__ import annotations

import re
from email.header import Header
from email.utils import formataddr, getaddresses

from skyflytt.mail.encodedwords import text_of
from skyflytt.mail.identity import fingerprint
from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mime import from_mime, to_mime

_FOLDED = re.compile(rb"\r\n(?![ \t])")
_OF_PEOPLE = (b"from", b"sender", b"reply-to", b"to", b"cc", b"bcc", b"resent-from", b"resent-to", b"resent-cc")
_ADDED = b"gromox-texttohtml"
"""The Generator that one server names in the HTML that it makes of plain text whenever it is asked for MIME."""


def in_ascii(raw: bytes) -> bytes:
    """The message with encoded words (RFC 2047) where its header has UTF-8 or worse, of which some servers keep question marks."""
    head, blank, body = raw.partition(b"\r\n\r\n")
    if head.isascii():
        return raw
    try:
        fields = [field if field.isascii() else _encoded(field) for field in _FOLDED.split(head)]
    except UnicodeError:
        return raw
    written = b"\r\n".join(fields) + blank + body
    return written if fingerprint(written).fingerprint == fingerprint(raw).fingerprint else raw


def _encoded(field: bytes) -> bytes:
    name, _, value = field.partition(b":")
    text = text_of(value)[0]
    people = getaddresses([text]) if name.strip().lower() in _OF_PEOPLE else []
    if people and all(address for _, address in people):
        return name + b": " + ",\r\n ".join(formataddr(person, "utf-8") for person in people).encode("ascii")
    return name + b": " + Header(text, "utf-8", header_name=name.decode("latin-1")).encode(linesep="\r\n").encode()


def without_added(raw: bytes) -> bytes:
    """The message without the HTML that the server made of its plain text: nobody wrote it, and it is stored nowhere."""
    if _ADDED not in raw:
        return raw
    message = from_mime(raw)
    html, text = message.properties.get(tags.HTML), message.properties.get(tags.BODY)
    if not (isinstance(html, bytes) and _ADDED in html and isinstance(text, str)):
        return raw
    del message.properties[tags.HTML]
    return to_mime(message)
