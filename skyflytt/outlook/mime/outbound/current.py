"""What was edited since a message came: what is kept of its MIME must not hide it."""

from __future__ import annotations

import re

from skyflytt.mail.encodedwords import folded, text_of
from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mapi.message import Message, Properties
from skyflytt.outlook.mime.inbound import from_mime
from skyflytt.outlook.mime.inbound.charsets import codec_of
from skyflytt.outlook.mime.outbound.charsets import charset_of_html
from skyflytt.outlook.mime.outbound.headers import subject_of
from skyflytt.outlook.mime.outbound.headertext import unstructured
from skyflytt.outlook.mime.outbound.values import binary, number, text

MOST_OF_SUBJECT = 255
"""Characters that Exchange keeps of a subject."""
_SUBJECT = re.compile(rb"^subject[ \t]*:([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)\r\n", re.I | re.M)


def with_current_subject(block: bytes, properties: Properties) -> bytes:
    """The header, with the subject that the message has now. A subject that says the same, or cannot be decoded, stays to the byte."""
    subject = folded(subject_of(properties))
    field = _SUBJECT.search(block)
    if field is None or tags.SUBJECT not in properties:
        return block
    came, clean = text_of(field[1].replace(b"\r\n", b"\n"))
    if not clean or _are_the_same(came, subject):
        return block
    return block[: field.start()] + unstructured("Subject", subject) + b"\r\n" + block[field.end() :]


def _are_the_same(came: str, now: str) -> bool:
    return came == now or (len(now) >= MOST_OF_SUBJECT - 1 and came.startswith(now))


def is_unedited(message: Message, original: bytes) -> bool:
    """Whether the message says what its original says: subject, body and number of attachments, as far as it has them."""
    came = from_mime(original)
    if len(came.attachments) != len(message.attachments):
        return False
    told = {what: words for what, words in seen_in(message.properties).items() if words is not None}
    return told.items() <= seen_in(came.properties).items()


def seen_in(bag: Properties) -> dict[str, str | None]:
    """Subject and best body; None for what a message does not say."""
    html, body = binary(bag, tags.HTML), text(bag, tags.BODY) if tags.BODY in bag else None
    if html:
        charset = charset_of_html(html, number(bag, tags.INTERNET_CODEPAGE))
        body = html.decode(codec_of(charset) or "utf-8", "replace")
    subject = subject_of(bag)[: MOST_OF_SUBJECT - 1] if tags.SUBJECT in bag else None
    return {"subject": _plain(subject), "body": _plain(body)}


def _plain(words: str | None) -> str | None:
    """Without half surrogate pairs, which some stores cannot hold."""
    return None if words is None else folded(words.encode("utf-8", "replace").decode())
