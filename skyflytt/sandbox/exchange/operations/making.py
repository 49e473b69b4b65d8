"""Items made from XML, and changed by it."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from xml.etree.ElementTree import Element

from skyflytt.outlook.mapi import Message, tags
from skyflytt.outlook.mapi.times import filetime
from skyflytt.outlook.mime import Delivery
from skyflytt.sandbox.exchange.failing import ResponseError
from skyflytt.sandbox.exchange.fields import extended
from skyflytt.sandbox.exchange.fields.items import BY_NAME, BY_URI, READ, UNSENT, default_class
from skyflytt.sandbox.exchange.mimecontent import calendar_item_of, message_of
from skyflytt.sandbox.exchange.store.folders import Folder
from skyflytt.sandbox.exchange.visiting import Visit
from skyflytt.sandbox.exchange.xml import find, name_of, text_at

UNHEEDED = frozenset(
    {
        *("Culture", "IsResponseRequested", "ReplyTo", "StartTimeZone", "EndTimeZone", "MeetingTimeZone"),
        *("PostalAddressIndex", "FileAsMapping"),
    }
)
"""What clients send as a matter of course, and this server has no use for."""


def message_from(element: Element, now: datetime) -> tuple[Message, bytes | None]:
    """The message that CreateItem describes, and its MIME where there is some. Raises `ResponseError`.

    As in Exchange it is a read draft of this hour, unless PidTagMessageFlags and PidTagMessageDeliveryTime say otherwise.
    """
    raw = _mime(element)
    entry = calendar_item_of(raw) if raw is not None else None
    message = entry or (message_of(raw, Delivery()) if raw is not None else Message())
    if entry is None and (raw is None or name_of(element) != "Message"):
        message.properties[tags.MESSAGE_CLASS] = default_class(name_of(element))
    message.properties[tags.MESSAGE_FLAGS] = READ | UNSENT
    message.properties[tags.MESSAGE_DELIVERY_TIME] = filetime(now)
    for child in element:
        if name_of(child) not in {"MimeContent", "ItemId"}:
            _set(message, child)
    return message, raw


def update(message: Message, updates: Element | None) -> bool:
    """Carry out the updates of an ItemChange; True when they were about the read flag alone. Raises `ResponseError`."""
    about = set()
    for one in updates if updates is not None else ():
        uri = one[0]
        about.add(uri.get("FieldURI", name_of(uri)))
        if name_of(one) == "DeleteItemField":
            _remove(message, uri)
        elif len(one) > 1:
            for child in one[1]:
                _set(message, child)
    return about == {"message:IsRead"}


def admit(visit: Visit, folder: Folder, size: int) -> None:
    """Raises `ResponseError` for an item or a mailbox that would be too large."""
    limits = visit.settings.limits
    if limits.item_bytes is not None and size > limits.item_bytes:
        raise ResponseError("ErrorMessageSizeExceeded")
    if limits.mailbox_bytes is not None:
        held = visit.database.number(
            "SELECT sum(size) FROM item WHERE folder IN (SELECT id FROM folder WHERE store = ?)", folder.store
        )
        if held + size > limits.mailbox_bytes:
            raise ResponseError("ErrorQuotaExceeded")


def _mime(element: Element) -> bytes | None:
    content = find(element, "t:MimeContent")
    if content is None:
        return None
    try:
        return base64.b64decode(content.text or "", validate=False)
    except binascii.Error as error:
        raise ResponseError("ErrorMimeContentInvalidBase64String") from error


def _set(message: Message, element: Element) -> None:
    name = name_of(element)
    if name == "ExtendedProperty":
        uri = find(element, "t:ExtendedFieldURI")
        if uri is None:
            raise ResponseError("ErrorInvalidRequest")
        key = extended.property_of(uri)
        message.properties[key] = extended.value_in(element, key)
        return
    field = BY_NAME.get(name)
    if field is not None and field.write is not None:
        field.write(message, element)
    elif name not in UNHEEDED:
        raise ResponseError(
            "ErrorInvalidPropertySet", f"Set action is invalid for property: {name} {text_at(element, '.')[:40]}"
        )


def _remove(message: Message, uri: Element) -> None:
    if name_of(uri) == "ExtendedFieldURI":
        message.properties.pop(extended.property_of(uri), None)
        return
    field = BY_URI.get(uri.get("FieldURI", ""))
    if field is None or field.write is None:
        raise ResponseError("ErrorInvalidPropertySet")
    field.write(message, None)
