"""New items for a server without UploadItems: MIME for mail, properties for everything else; nothing is sent to anybody."""

from __future__ import annotations

import base64

from skyflytt.mail.ews.keeping import kept_beside
from skyflytt.mail.ews.plainly import in_ascii
from skyflytt.mail.ews.properties import extended_property, text_of_time, writable
from skyflytt.mail.ews.streams import delivered, kept
from skyflytt.mail.ews.wanted import is_mail
from skyflytt.mail.ews.xml import Element, t
from skyflytt.mail.flags import SEEN
from skyflytt.mail.port import NewMessage
from skyflytt.outlook.errors import StreamMalformed, StreamTruncated
from skyflytt.outlook.fasttransfer import read_stream
from skyflytt.outlook.items.appointment import END_WHOLE, START_WHOLE
from skyflytt.outlook.items.classes import is_a
from skyflytt.outlook.mapi import Message, tags
from skyflytt.outlook.mapi.times import filetime
from skyflytt.outlook.mime.inbound.flags import state_of

_ELEMENTS = {
    "IPM.Appointment": "CalendarItem",
    "IPM.Contact": "Contact",
    "IPM.DistList": "DistributionList",
    "IPM.Task": "Task",
}
_SAID_OTHERWISE = (
    *(tags.MESSAGE_CLASS, tags.SUBJECT, tags.BODY, tags.HTML, tags.RTF_COMPRESSED, tags.SUBJECT_PREFIX),
    *(tags.CREATION_TIME, tags.LAST_MODIFICATION_TIME, tags.MESSAGE_SIZE, tags.HAS_ATTACHMENTS),
)


class NeedsStreams(Exception):
    """The item is more than CreateItem can make of it; the words say what would be missing."""


def new_item(message: NewMessage) -> Element:
    """The element of CreateItem. Raises `NeedsStreams`."""
    item = _item_of(message)
    if item is not None:
        return _by_properties(item)
    delivery: dict[int, int] = {tags.MESSAGE_DELIVERY_TIME: filetime(message.received)}
    properties = state_of(kept(message.flags)) | delivery | kept_beside(message.raw)
    # A message of nothing is one empty line: servers take an element without text for one that is missing.
    content = t("MimeContent", base64.b64encode(in_ascii(message.raw) or b"\r\n").decode("ascii"), CharacterSet="UTF-8")
    extended = (extended_property(key, value) for key, value in properties.items())
    return t("Message", content, *extended, _read_mark(message.flags))


def _read_mark(flags: frozenset[str]) -> Element:
    """PidTagMessageFlags says so too, but not every server hears it there."""
    return t("IsRead", "true" if SEEN in flags else "false")


def _item_of(message: NewMessage) -> Message | None:
    """What is no mail, as its stream has it; None for mail, of which MIME says all that people see."""
    if message.stream is None:
        return None
    try:
        item = read_stream(message.stream)
    except (StreamTruncated, StreamMalformed):
        return None
    if is_mail(str(item.properties.get(tags.MESSAGE_CLASS, ""))):
        return None
    delivered(item, kept(message.flags), message.received)
    return item


def _by_properties(item: Message) -> Element:
    if item.attachments:
        raise NeedsStreams(
            f"its {len(item.attachments)} attachments: the server has no UploadItems, and MIME is not for such items"
        )
    bag = item.properties
    kind = str(bag.get(tags.MESSAGE_CLASS, "IPM.Note"))
    tag = next((element for known, element in _ELEMENTS.items() if is_a(kind, known)), "Message")
    texts = [t("ItemClass", kind), t("Subject", str(bag.get(tags.SUBJECT, "")))]
    if isinstance(body := bag.get(tags.BODY), str):
        texts.append(t("Body", body, BodyType="Text"))
    return t(tag, *texts, *writable(bag, _SAID_OTHERWISE), *_times(item, tag))


def _times(item: Message, tag: str) -> list[Element]:
    """Start and end of an appointment, which a server wants in its own elements."""
    if tag != "CalendarItem":
        return []
    times = ((name, item.properties.get(key)) for name, key in (("Start", START_WHOLE), ("End", END_WHOLE)))
    return [t(name, text_of_time(value)) for name, value in times if isinstance(value, int)]
