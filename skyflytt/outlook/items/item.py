"""What every item has in common: subject, text, categories, importance, sensitivity, times, reminder ([MS-OXCMSG], [MS-OXORMDR])."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from skyflytt.outlook.items.losses import losses_of, note, unmapped_of
from skyflytt.outlook.items.values import binary, flag, number, strings, text, time
from skyflytt.outlook.mapi import Attachment, Message, Properties, tags
from skyflytt.outlook.mapi.named import KEYWORDS, PSETID_COMMON, PSETID_SKYFLYTT, Named
from skyflytt.outlook.mapi.times import filetime
from skyflytt.outlook.rtf import decompress, html_of, text_of

REMINDER_DELTA = Named(PSETID_COMMON, 0x8501, 0x0003)
REMINDER_TIME = Named(PSETID_COMMON, 0x8502, 0x0040)
REMINDER_SET = Named(PSETID_COMMON, 0x8503, 0x000B)
PRIVATE = Named(PSETID_COMMON, 0x8506, 0x000B)
SIDE_EFFECTS = Named(PSETID_COMMON, 0x8510, 0x0003)
COMMON_START = Named(PSETID_COMMON, 0x8516, 0x0040)
COMMON_END = Named(PSETID_COMMON, 0x8517, 0x0040)
REMINDER_SIGNAL_TIME = Named(PSETID_COMMON, 0x8560, 0x0040)
ICALENDAR_UID = Named(PSETID_SKYFLYTT, "Uid", 0x001F)
"""The UID of a task, a journal entry or a contact, which Outlook keeps none of."""

READ = 0x1
NORMAL_IMPORTANCE = 1
PRIVATE_SENSITIVITY = 2


@dataclass(kw_only=True)
class Item:
    """`reminder_min` is minutes before the start, `reminder_at` when it is due; both None without one. Times are aware."""

    subject: str = ""
    body: str = ""
    html: str = ""
    categories: tuple[str, ...] = ()
    importance: int = NORMAL_IMPORTANCE
    sensitivity: int = 0
    uid: str = ""
    created: datetime | None = None
    modified: datetime | None = None
    attachments: list[Attachment] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    unmapped: list[str] = field(default_factory=list)


def common_message(item: Item, message_class: str) -> Message:
    """A message with what every item has; to be filled with what its class has."""
    properties: Properties = {
        tags.MESSAGE_CLASS: message_class,
        tags.SUBJECT: item.subject,
        tags.NORMALIZED_SUBJECT: item.subject,
        tags.IMPORTANCE: item.importance,
        tags.SENSITIVITY: item.sensitivity,
        tags.MESSAGE_FLAGS: READ,
        PRIVATE: item.sensitivity >= PRIVATE_SENSITIVITY,
    }
    if item.body:
        properties[tags.BODY] = item.body
    if item.html:
        properties[tags.HTML] = item.html.encode("utf-8", "replace")
        properties[tags.INTERNET_CODEPAGE] = 65001
    if item.categories:
        properties[KEYWORDS] = item.categories
    for tag, when in ((tags.CREATION_TIME, item.created), (tags.LAST_MODIFICATION_TIME, item.modified)):
        if when is not None:
            properties[tag] = filetime(when)
    message = Message(properties, attachments=list(item.attachments))
    note(message, item.losses, item.unmapped)
    return message


def read_common(item: Item, message: Message) -> None:
    """Fills an item with what every item has. Attached messages and hidden attachments are left to the class."""
    bag = message.properties
    item.subject = text(bag, tags.SUBJECT) or text(bag, tags.NORMALIZED_SUBJECT)
    item.body, item.html = text(bag, tags.BODY), _html(bag)
    if not item.body and not item.html and (packed := binary(bag, tags.RTF_COMPRESSED)):
        rtf = decompress(packed)
        item.body, item.html = text_of(rtf), html_of(rtf) or ""
    item.categories = strings(bag, KEYWORDS)
    item.importance = number(bag, tags.IMPORTANCE, NORMAL_IMPORTANCE)
    item.sensitivity = number(bag, tags.SENSITIVITY)
    item.uid = item.uid or text(bag, ICALENDAR_UID)
    item.created, item.modified = time(bag, tags.CREATION_TIME), time(bag, tags.LAST_MODIFICATION_TIME)
    item.losses, item.unmapped = list(losses_of(message)), list(unmapped_of(message))
    item.attachments = [each for each in message.attachments if not each.properties.get(tags.ATTACHMENT_HIDDEN)]


def _html(bag: Properties) -> str:
    html = binary(bag, tags.HTML)
    return (
        html.decode("utf-8", "replace")
        if number(bag, tags.INTERNET_CODEPAGE) == 65001
        else html.decode("cp1252", "replace")
    )


def reminder(due: datetime, minutes_before: int | None) -> Properties:
    """The reminder of something due at a time; None for none."""
    if minutes_before is None:
        return {REMINDER_SET: False}
    return {
        REMINDER_SET: True,
        REMINDER_DELTA: minutes_before,
        REMINDER_TIME: filetime(due),
        REMINDER_SIGNAL_TIME: filetime(due - timedelta(minutes=minutes_before)),
    }


def reminder_minutes(properties: Properties) -> int | None:
    """Minutes before; None without a reminder. 0x5AE980E1 stands for "as usual", a quarter of an hour."""
    if not flag(properties, REMINDER_SET):
        return None
    delta = number(properties, REMINDER_DELTA)
    return 15 if delta == 0x5AE980E1 else delta
