"""What Exchange makes of MIME, and the MIME it makes again: the same message, but not the same bytes."""

from __future__ import annotations

import re
from email.header import Header

from skyflytt.mail import encodedwords
from skyflytt.outlook.items.classes import is_a
from skyflytt.outlook.items.icalendar import from_icalendar, to_icalendar
from skyflytt.outlook.items.vcard import to_vcard
from skyflytt.outlook.mapi import Attachment, Message, Properties, tags
from skyflytt.outlook.mime import Delivery, from_mime, to_mime
from skyflytt.outlook.mime.inbound.filenames import allowed_name, named
from skyflytt.outlook.mime.without_kept import without_kept

_FIELD = re.compile(r"(?:^|(?<=\n))([!-9;-~]+)[ \t]*:(?:[^\n]|\n[ \t])*\n?")
CRLF = "\r\n"
_STRUCTURAL = ("content-", "mime-version")
_ORDER = (
    "received",
    "from",
    "to",
    "cc",
    "bcc",
    "subject",
    "date",
    "message-id",
    "references",
    "in-reply-to",
    "reply-to",
)


def message_of(raw: bytes, delivery: Delivery = Delivery()) -> Message:  # noqa: B008
    """A message from MIME as an Exchange would hold it: without what only this product keeps of the original bytes."""
    message = without_kept(from_mime(raw, delivery))
    _allow_names(message)
    return message


def _allow_names(message: Message) -> None:
    for attachment in message.attachments:
        name = attachment.properties.get(tags.ATTACH_LONG_FILENAME)
        if isinstance(name, str) and name != allowed_name(name):
            attachment.properties |= named(allowed_name(name))
        if attachment.embedded is not None:
            _allow_names(attachment.embedded)


def calendar_item_of(raw: bytes) -> Message | None:
    """The appointment or task in an iCalendar text; None when there is none ([MS-OXWSMTGS] lets CalendarItem have such a MimeContent)."""
    if not raw.lstrip().upper().startswith(b"BEGIN:VCALENDAR"):
        return None
    return next(iter(from_icalendar(raw)), None)


def regenerated(message: Message) -> bytes:
    """MIME written anew from the properties: other header order, boundaries and encodings than the message once had.

    Appointments come as iCalendar and contacts as vCard, as far as these have words for them.
    """
    known = without_kept(message)
    item_class = str(known.properties.get(tags.MESSAGE_CLASS, ""))
    if is_a(item_class, "IPM.Appointment"):
        return to_icalendar(known) or to_mime(_reordered(known))
    if is_a(item_class, "IPM.Contact"):
        return to_vcard(known) or to_mime(_reordered(known))
    return to_mime(_reordered(known))


def _reordered(message: Message) -> Message:
    """The message, and those attached to it, with their headers in Exchange's order."""
    attachments = [Attachment(one.properties, one.embedded and _reordered(one.embedded)) for one in message.attachments]
    return Message(_with_header(message), message.recipients, attachments)


def _with_header(message: Message) -> Properties:
    """The kept header in Exchange's order, without the fields that describe a structure which is no more."""
    header = message.properties.get(tags.TRANSPORT_MESSAGE_HEADERS)
    if not isinstance(header, str):
        return message.properties
    fields = [(match[1].lower(), match[0].rstrip("\r\n")) for match in _FIELD.finditer(header)]
    kept = [
        (name, _current(text, message) if name == "subject" else text)
        for name, text in fields
        if not name.startswith(_STRUCTURAL)
    ]
    kept.sort(key=lambda field: _ORDER.index(field[0]) if field[0] in _ORDER else len(_ORDER))
    return {**message.properties, tags.TRANSPORT_MESSAGE_HEADERS: "\r\n".join(text for _, text in kept) + "\r\n"}


def _current(field: str, message: Message) -> str:
    """The Subject field as it came, unless the message has got another subject since."""
    subject = message.properties.get(tags.SUBJECT, "")
    came, _ = encodedwords.text_of(field.partition(":")[2].encode("utf-8", "replace"))
    if not isinstance(subject, str) or came.split() == subject.split():
        return field
    charset = "us-ascii" if subject.isascii() else "utf-8"
    return f"Subject: {Header(subject, charset, errors='replace').encode(linesep=CRLF)}"
