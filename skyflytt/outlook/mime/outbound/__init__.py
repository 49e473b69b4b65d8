"""MAPI → MIME ([MS-OXCMAIL] 2.1.3).

What MIME has no place for is not carried: a task's, note's or journal entry's fields without a counterpart in iCalendar, a contact's in
vCard, votes and reminders, who replied and when, conversation and change keys, the rendering and position of attachments, storage and
categories' colours. Flags, categories and the time of delivery are not in the message either: `delivery_of` has them.
"""

from skyflytt.outlook.mime.outbound.handover import delivery_of
from skyflytt.outlook.mime.outbound.message import to_mime

__all__ = ["delivery_of", "to_mime"]
