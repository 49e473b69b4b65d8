"""Items beyond mail as messages: what iCalendar or vCard can say in their own form, and a text that people can read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from skyflytt.outlook.items import to_icalendar, to_vcard
from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mapi.message import Attachment, Message, Property
from skyflytt.outlook.mapi.named import PSETID_ADDRESS, PSETID_APPOINTMENT, PSETID_TASK, Named
from skyflytt.outlook.mapi.times import moment
from skyflytt.outlook.mapi.types import PropertyType
from skyflytt.outlook.mime.outbound.entity import Entity
from skyflytt.outlook.mime.outbound.headers import subject_of
from skyflytt.outlook.mime.outbound.headertext import one_line, parameter
from skyflytt.outlook.mime.outbound.transfer import base64, encoded_text
from skyflytt.outlook.mime.outbound.values import number, text

_MAIL = re.compile(r"(?:IPM(?:\.Note(?:\..*)?|\.Post(?:\..*)?|\.Document\..*)?|REPORT\..*)?\Z", re.I | re.S)
_METHOD = re.compile(rb"^METHOD:[ \t]*([A-Za-z-]+)", re.M | re.I)
_SHOWN: tuple[tuple[str, Property], ...] = (
    ("Location", Named(PSETID_APPOINTMENT, 0x8208, PropertyType.STRING)),
    ("Start", Named(PSETID_APPOINTMENT, 0x820D, PropertyType.TIME)),
    ("End", Named(PSETID_APPOINTMENT, 0x820E, PropertyType.TIME)),
    ("Due", Named(PSETID_TASK, 0x8105, PropertyType.TIME)),
    ("Name", tags.DISPLAY_NAME),
    ("Title", tags.TITLE),
    ("Company", tags.COMPANY_NAME),
    ("Department", tags.DEPARTMENT_NAME),
    ("Email", Named(PSETID_ADDRESS, 0x8083, PropertyType.STRING)),
    ("Email 2", Named(PSETID_ADDRESS, 0x8093, PropertyType.STRING)),
    ("Email 3", Named(PSETID_ADDRESS, 0x80A3, PropertyType.STRING)),
    ("Business phone", tags.BUSINESS_TELEPHONE_NUMBER),
    ("Mobile phone", tags.MOBILE_TELEPHONE_NUMBER),
    ("Home phone", tags.HOME_TELEPHONE_NUMBER),
    ("Address", tags.POSTAL_ADDRESS),
)


@dataclass(slots=True)
class ItemEntities:
    """Parts that say the same as the body, and parts to be attached."""

    alternatives: list[Entity] = field(default_factory=list)
    attached: list[Entity] = field(default_factory=list)


def is_mail(message: Message) -> bool:
    """Whether the message is mail or a report on mail, by its class."""
    return bool(_MAIL.match(text(message.properties, tags.MESSAGE_CLASS)))


def item_entities(message: Message) -> ItemEntities | None:
    """The item in the standard form of its kind; None for mail and for what neither iCalendar nor vCard has a form for."""
    if is_mail(message) or _has_calendar(message):
        return None
    if (calendar := to_icalendar(message)) is not None:
        return ItemEntities(alternatives=[_calendar(calendar)])
    if (card := to_vcard(message)) is not None:
        return ItemEntities(attached=[_card(card, message)])
    return None


def _has_calendar(message: Message) -> bool:
    kinds = (text(attachment.properties, tags.ATTACH_MIME_TAG).lower() for attachment in message.attachments)
    return any(kind.startswith(("text/calendar", "text/vcard", "text/x-vcard")) for kind in kinds)


def _calendar(data: bytes) -> Entity:
    method = _METHOD.search(data)
    described = "Content-Type: text/calendar; charset=utf-8"
    if method:
        described += f"; method={method[1].decode('ascii').upper()}"
    encoding, body = encoded_text(data)
    return Entity(
        [described.encode(), f"Content-Transfer-Encoding: {encoding}".encode()], body, closed=encoding == "base64"
    )


def _card(data: bytes, message: Message) -> Entity:
    name = one_line(text(message.properties, tags.DISPLAY_NAME) or subject_of(message.properties)) or "contact"
    lines = (
        "Content-Type: text/vcard; charset=utf-8" + parameter("name", f"{name}.vcf"),
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment" + parameter("filename", f"{name}.vcf"),
    )
    return Entity([line.encode("utf-8", "replace") for line in lines], base64(data), closed=True)


def is_carried(attachment: Attachment) -> bool:
    """Whether iCalendar says what the attachment does: an exception of a series that has no attachments itself."""
    bag = attachment.properties
    exception = tags.EXCEPTION_START_TIME in bag and bool(bag.get(tags.ATTACHMENT_HIDDEN))
    return exception and attachment.embedded is not None and not attachment.embedded.attachments


def readable(message: Message) -> str:
    """The item's main fields as lines of text."""
    return "\r\n".join(_lines(message))


def _lines(message: Message) -> Iterator[str]:
    if subject := one_line(subject_of(message.properties)):
        yield subject
    for label, tag in _SHOWN:
        value = one_line(text(message.properties, tag))
        if _is_time(tag) and (when := moment(number(message.properties, tag))) and number(message.properties, tag) > 0:
            value = f"{when:%Y-%m-%d %H:%M} UTC"
        if value:
            yield f"{label}: {value}"


def _is_time(tag: Property) -> bool:
    """Whether the property is a FILETIME."""
    return isinstance(tag, Named) and tag.type == PropertyType.TIME
