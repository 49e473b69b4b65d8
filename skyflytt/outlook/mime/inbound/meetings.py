"""Meeting requests, cancellations and responses that come as mail ([MS-OXCICAL] 2.1, RFC 6047)."""

from __future__ import annotations

from skyflytt.outlook.errors import NotACalendar
from skyflytt.outlook.items import from_icalendar
from skyflytt.outlook.mapi import Message, tags
from skyflytt.outlook.mime.inbound.roles import Leaf

_CLASS = "IPM.Schedule.Meeting."


def meeting(leaf: Leaf, data: bytes) -> Message | None:
    """What the calendar part says of the one meeting that the mail is about; None where it is anything else.

    Without its attachments: changed occurrences are in the part, which stays attached.
    """
    if leaf.entity.type != "text/calendar" or not leaf.entity.parameters.get("method"):
        return None
    try:
        items = from_icalendar(data)
    except NotACalendar:
        return None
    if len(items) != 1 or not str(items[0].properties.get(tags.MESSAGE_CLASS, "")).startswith(_CLASS):
        return None
    return Message(items[0].properties, items[0].recipients)
