"""Journal entries: IPM.Activity ([MS-OXOJRNL])."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from skyflytt.outlook.items.classes import ACTIVITY, is_a
from skyflytt.outlook.items.item import COMMON_END, COMMON_START, ICALENDAR_UID, Item, common_message, read_common
from skyflytt.outlook.items.values import number, text, time
from skyflytt.outlook.mapi import Message, tags
from skyflytt.outlook.mapi.named import PSETID_LOG, Named
from skyflytt.outlook.mapi.times import filetime

LOG_TYPE = Named(PSETID_LOG, 0x8700, 0x001F)
LOG_START = Named(PSETID_LOG, 0x8706, 0x0040)
LOG_DURATION = Named(PSETID_LOG, 0x8707, 0x0003)
LOG_END = Named(PSETID_LOG, 0x8708, 0x0040)
LOG_FLAGS = Named(PSETID_LOG, 0x870C, 0x0003)
LOG_DOCUMENT_PRINTED = Named(PSETID_LOG, 0x870E, 0x000B)
LOG_DOCUMENT_SAVED = Named(PSETID_LOG, 0x870F, 0x000B)
LOG_DOCUMENT_ROUTED = Named(PSETID_LOG, 0x8710, 0x000B)
LOG_DOCUMENT_POSTED = Named(PSETID_LOG, 0x8711, 0x000B)
LOG_TYPE_DESCRIPTION = Named(PSETID_LOG, 0x8712, 0x001F)

_ICON = 0x601
_MINUTE = timedelta(minutes=1)
DEFAULT_TYPE = "Note"


@dataclass(kw_only=True)
class Activity(Item):
    """`kind` is one of Outlook's journal types in English: "Phone call", "Meeting", "Note" … Times are aware."""

    kind: str = DEFAULT_TYPE
    start: datetime | None = None
    end: datetime | None = None


def activity_message(activity: Activity) -> Message:
    """The message with the properties that Outlook expects."""
    message = common_message(activity, ACTIVITY)
    message.properties |= {
        LOG_TYPE: activity.kind,
        LOG_TYPE_DESCRIPTION: activity.kind,
        LOG_FLAGS: 0,
        LOG_DOCUMENT_PRINTED: False,
        LOG_DOCUMENT_SAVED: False,
        LOG_DOCUMENT_ROUTED: False,
        LOG_DOCUMENT_POSTED: False,
        tags.ICON_INDEX: _ICON,
    }
    if activity.start is not None:
        end = activity.end or activity.start
        start_value, end_value = filetime(activity.start), filetime(end)
        message.properties |= {LOG_START: start_value, COMMON_START: start_value}
        message.properties |= {LOG_END: end_value, COMMON_END: end_value}
        message.properties[LOG_DURATION] = max(0, (end - activity.start) // _MINUTE)
    if activity.uid:
        message.properties[ICALENDAR_UID] = activity.uid
    return message


def is_activity(message: Message) -> bool:
    """Whether a message is a journal entry."""
    return is_a(text(message.properties, tags.MESSAGE_CLASS), ACTIVITY)


def read_activity(message: Message) -> Activity:
    """Every message of the class is an entry; what it does not have is empty."""
    bag = message.properties
    activity = Activity()
    read_common(activity, message)
    activity.kind = text(bag, LOG_TYPE) or DEFAULT_TYPE
    activity.start = time(bag, LOG_START) or time(bag, COMMON_START)
    if activity.start is not None:
        minutes = timedelta(minutes=max(0, min(number(bag, LOG_DURATION), 10_000_000)))
        activity.end = time(bag, LOG_END) or time(bag, COMMON_END) or activity.start + minutes
    return activity
