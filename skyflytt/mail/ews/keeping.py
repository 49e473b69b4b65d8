"""What of a message's MIME is kept beside the item that a server makes of it, where there are no streams to keep it in.

A server that reads MIME itself keeps what MAPI has a place for, and writes new MIME from that. What else `mime.provenance` keeps in
named properties goes along as extended properties, and is put to what the server gives back: its contents, in the structure that
they came in. Where that would still be another message (malformed mail, structures of attached messages), the original is kept, with
a note of what the server shows in its place: once it shows something else, somebody has edited the item.
"""

from __future__ import annotations

import hashlib

from skyflytt.mail.encodedwords import folded
from skyflytt.mail.identity import fingerprint
from skyflytt.outlook.mapi import Attachment, Message, Named, Properties, PropertyType, tags
from skyflytt.outlook.mapi.named import ORIGINAL_MIME, PSETID_SKYFLYTT
from skyflytt.outlook.mime import from_mime, to_mime
from skyflytt.outlook.mime.outbound.current import seen_in
from skyflytt.outlook.mime.provenance import MIME_HEADER, MIME_STRUCTURE, TEXT_ALTERNATIVE, TEXT_PART_LENGTHS
from skyflytt.outlook.mime.text_alternative import keep_text
from skyflytt.outlook.mime.without_kept import without_kept

KEPT: tuple[Named, ...] = (ORIGINAL_MIME, MIME_HEADER, MIME_STRUCTURE, TEXT_PART_LENGTHS, TEXT_ALTERNATIVE)

SERVED_AS = Named(PSETID_SKYFLYTT, "ServedAs", PropertyType.STRING)
"""Beside a kept original: `shown` of what the server made of it."""

ANOTHER_TEXT = "Another text"
"""Stands for what a server makes of HTML: nobody can foresee it."""


def kept_beside(raw: bytes) -> Properties:
    """The properties of `KEPT` to go with this message; none where its header and one plain text are all there is."""
    came = from_mime(raw)
    bag = came.properties
    if ORIGINAL_MIME in bag:
        return {ORIGINAL_MIME: raw}
    if not came.attachments and tags.HTML not in bag and MIME_STRUCTURE not in bag:
        return {}
    keep_text(came)
    header = str(bag.get(tags.TRANSPORT_MESSAGE_HEADERS, "")).encode("utf-8", "surrogatepass")
    kept: Properties = {MIME_HEADER: header}
    kept.update({key: bag[key] for key in KEPT if key in bag})
    same = fingerprint(with_kept(_written_anew(came), kept)).fingerprint == fingerprint(raw).fingerprint
    return kept if same else {ORIGINAL_MIME: raw}


def with_kept(served: bytes, kept: Properties) -> bytes:
    """The message as it came, made of what the server holds of it now; what was edited since is as it was edited."""
    noted = kept.get(SERVED_AS)
    kept = {key: value for key, value in kept.items() if key != SERVED_AS}
    if not kept:
        return served
    there = without_kept(from_mime(served))
    original = kept.get(ORIGINAL_MIME)
    came = from_mime(original) if isinstance(original, bytes) else Message(dict(kept))
    if _subject(came) != _subject(there):
        return served
    if isinstance(original, bytes):
        return served if noted and noted != shown(served) else original
    there.properties |= kept
    return to_mime(there)


def shown(served: bytes) -> str:
    """A digest of what people see of a message: subject, body, attachments. Boundaries and header fields are the server's to change."""
    message = from_mime(served)
    words = (said or "" for said in seen_in(message.properties).values())
    files = (_file(attachment) for attachment in message.attachments)
    told = [*(one.encode("utf-8", "surrogatepass") for one in words), *files]
    return hashlib.sha256(b"".join(b"%d:%b" % (len(one), one) for one in told)).hexdigest()


def _file(attachment: Attachment) -> bytes:
    """Attached messages are written anew at each look."""
    data = attachment.properties.get(tags.ATTACH_DATA)
    return data if isinstance(data, bytes) and attachment.embedded is None else b""


def _subject(message: Message) -> str:
    """That of the kept header where there is one."""
    header = message.properties.get(MIME_HEADER)
    known = from_mime(header + b"\r\n") if isinstance(header, bytes) else message
    return folded(str(known.properties.get(tags.SUBJECT, "")))


def _written_anew(message: Message) -> bytes:
    """As a server would that has the properties alone, and makes its own text of HTML."""
    known = without_kept(message)
    _forget(known)
    return to_mime(known)


def _forget(message: Message) -> None:
    message.properties.pop(tags.TRANSPORT_MESSAGE_HEADERS, None)
    if tags.HTML in message.properties:
        message.properties[tags.BODY] = ANOTHER_TEXT
    for attachment in message.attachments:
        if attachment.embedded is not None:
            _forget(attachment.embedded)
