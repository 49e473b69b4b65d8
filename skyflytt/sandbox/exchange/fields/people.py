"""Senders and recipients ([MS-OXWSCDATA] EmailAddressType)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from xml.etree.ElementTree import Element

from skyflytt.outlook.mapi import Message, Properties, tags
from skyflytt.sandbox.exchange.fields.field import Field
from skyflytt.sandbox.exchange.fields.view import View
from skyflytt.sandbox.exchange.xml import find_all, t, text_at

TO, CC, BCC = 1, 2, 3
_DISPLAYED = {TO: tags.DISPLAY_TO, CC: tags.DISPLAY_CC, BCC: tags.DISPLAY_BCC}


class Tags(NamedTuple):
    """Where the parts of somebody's address are."""

    name: int
    kind: int
    address: int
    smtp: int


SENDER = Tags(tags.SENDER_NAME, tags.SENDER_ADDRESS_TYPE, tags.SENDER_EMAIL_ADDRESS, tags.SENDER_SMTP_ADDRESS)
FROM = Tags(
    *(tags.SENT_REPRESENTING_NAME, tags.SENT_REPRESENTING_ADDRESS_TYPE),
    *(tags.SENT_REPRESENTING_EMAIL_ADDRESS, tags.SENT_REPRESENTING_SMTP_ADDRESS),
)
RECIPIENT = Tags(tags.DISPLAY_NAME, tags.ADDRESS_TYPE, tags.EMAIL_ADDRESS, tags.SMTP_ADDRESS)


def mailbox(bag: Properties, where: Tags) -> Element | None:
    name, address = str(bag.get(where.name, "")), str(bag.get(where.smtp) or bag.get(where.address, ""))
    if not name and not address:
        return None
    kind = str(bag.get(where.kind) or "SMTP")
    shown = [t("Name", name or address), *([t("EmailAddress", address)] if address else []), t("RoutingType", kind)]
    return t("Mailbox", None, *shown, t("MailboxType", "OneOff"))


def one(uri: str, where: Tags) -> Field:
    """A field that is one person."""
    name = uri.partition(":")[2]

    def read(view: View) -> Element | None:
        found = mailbox(view.message.properties, where)
        return None if found is None else t(name, None, found)

    def write(message: Message, element: Element | None) -> None:
        for tag in where:
            message.properties.pop(tag, None)
        if element is not None:
            message.properties |= _properties(element.find("*"), where)

    return Field(uri, read, write)


def several(uri: str, kind: int, wrap: Callable[[Element], Element] = lambda element: element) -> Field:
    """A field that is all recipients of a kind; `wrap` puts a mailbox into what the field is a list of."""
    name = uri.partition(":")[2]

    def read(view: View) -> Element | None:
        of_kind = [bag for bag in view.message.recipients if _kind(bag) == kind]
        boxes = [box for bag in of_kind if (box := mailbox(bag, RECIPIENT)) is not None]
        return t(name, None, *(wrap(box) for box in boxes)) if boxes else None

    def write(message: Message, element: Element | None) -> None:
        message.recipients = [bag for bag in message.recipients if _kind(bag) != kind]
        for box in find_all(element, ".//t:Mailbox") if element is not None else []:
            message.recipients.append({**_properties(box, RECIPIENT), tags.RECIPIENT_TYPE: kind})
        names = [str(bag.get(tags.DISPLAY_NAME, "")) for bag in message.recipients if _kind(bag) == kind]
        message.properties[_DISPLAYED[kind]] = "; ".join(names)

    return Field(uri, read, write)


def _kind(bag: Properties) -> int:
    kind = bag.get(tags.RECIPIENT_TYPE, TO)
    return kind & 0xF if isinstance(kind, int) else TO


def _properties(box: Element | None, where: Tags) -> Properties:
    if box is None:
        return {}
    address = text_at(box, "t:EmailAddress")
    name = text_at(box, "t:Name") or address
    kind = text_at(box, "t:RoutingType") or "SMTP"
    bag: Properties = {where.name: name, where.kind: kind, where.address: address}
    return bag | ({where.smtp: address} if kind == "SMTP" else {})
