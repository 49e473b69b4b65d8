"""All item fields in their schema's order ([MS-OXWSCORE], [MS-OXWSMSG], [MS-OXWSMTGS], [MS-OXWSCONT], [MS-OXWSTASK]), and the shapes."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from skyflytt.outlook.items.classes import is_a
from skyflytt.outlook.mapi import Message, Named, tags
from skyflytt.outlook.mapi.named import KEYWORDS, PSETID_ADDRESS, PSETID_APPOINTMENT, PSETID_COMMON, PSETID_TASK
from skyflytt.sandbox.exchange.fields import content, people
from skyflytt.sandbox.exchange.fields.field import (
    BOOLEAN,
    BYTES,
    INTEGER,
    PERCENT,
    TEXT,
    TIME,
    Field,
    choice,
    simple,
    strings,
)
from skyflytt.sandbox.exchange.fields.view import View
from skyflytt.sandbox.exchange.xml import is_true, t, truth

READ, SUBMITTED, UNSENT, FROM_ME = 0x1, 0x4, 0x8, 0x20
UNMODIFIED, RESEND = 0x2, 0x80
_ELEMENTS = {
    "IPM.Appointment": "CalendarItem",
    "IPM.Contact": "Contact",
    "IPM.DistList": "DistributionList",
    "IPM.Task": "Task",
    "IPM.Post": "PostItem",
    "IPM.Schedule.Meeting.Request": "MeetingRequest",
    "IPM.Schedule.Meeting.Canceled": "MeetingCancellation",
    "IPM.Schedule.Meeting.Resp": "MeetingResponse",
}
"""Which element an item is, by its class; everything else is a Message, sticky notes and journal entries among them."""
SENSITIVITY = choice({0: "Normal", 1: "Personal", 2: "Private", 3: "Confidential"})
IMPORTANCE = choice({1: "Normal", 0: "Low", 2: "High"})
BUSY = choice({2: "Busy", 0: "Free", 1: "Tentative", 3: "OOF", 4: "WorkingElsewhere"})
TASK_STATUS = choice({0: "NotStarted", 1: "InProgress", 2: "Completed", 3: "WaitingOnOthers", 4: "Deferred"})


def element_name(item_class: str) -> str:
    return next((name for known, name in _ELEMENTS.items() if is_a(item_class, known)), "Message")


def default_class(element: str) -> str:
    return next((known for known, name in _ELEMENTS.items() if name == element), "IPM.Note")


def _flag(uri: str, bit: int) -> Field:
    name = uri.partition(":")[2]
    return Field(uri, lambda view: t(name, truth(bool(_flags(view) & bit))))


def _flags(view: View) -> int:
    flags = view.get(tags.MESSAGE_FLAGS)
    return flags if isinstance(flags, int) else 0


def _write_read(message: Message, element: Element | None) -> None:
    flags = message.properties.get(tags.MESSAGE_FLAGS, 0)
    known = flags if isinstance(flags, int) else 0
    read = element is not None and is_true(element.text or "")
    message.properties[tags.MESSAGE_FLAGS] = known | READ if read else known & ~READ


def _write_class(message: Message, element: Element | None) -> None:
    if element is not None and element.text:
        message.properties[tags.MESSAGE_CLASS] = element.text


def _attendee(mailbox: Element) -> Element:
    return t("Attendee", None, mailbox)


def _appointment(name: str, lid: int, kind: int) -> tuple[str, Named]:
    return f"calendar:{name}", Named(PSETID_APPOINTMENT, lid, kind)


def _task(name: str, lid: int, kind: int) -> tuple[str, Named]:
    return f"task:{name}", Named(PSETID_TASK, lid, kind)


FIELDS = (
    Field("item:MimeContent", content.mime_content),
    Field("item:ItemId", content.item_id),
    Field("item:ParentFolderId", content.parent_folder_id),
    Field("item:ItemClass", lambda view: t("ItemClass", view.item.item_class), _write_class),
    simple("item:Subject", tags.SUBJECT, TEXT),
    simple("item:Sensitivity", tags.SENSITIVITY, SENSITIVITY, default=0),
    Field("item:Body", content.body, content.write_body),
    Field("item:Attachments", content.attachments, content.write_attachments),
    Field("item:DateTimeReceived", lambda view: t("DateTimeReceived", TIME.to_text(view.item.received))),
    Field("item:Size", lambda view: t("Size", str(view.item.size))),
    strings("item:Categories", KEYWORDS),
    simple("item:Importance", tags.IMPORTANCE, IMPORTANCE, default=1),
    simple("item:InReplyTo", tags.IN_REPLY_TO_ID, TEXT),
    _flag("item:IsSubmitted", SUBMITTED),
    _flag("item:IsDraft", UNSENT),
    _flag("item:IsFromMe", FROM_ME),
    _flag("item:IsResend", RESEND),
    _flag("item:IsUnmodified", UNMODIFIED),
    Field("item:InternetMessageHeaders", content.headers),
    simple("item:DateTimeSent", tags.CLIENT_SUBMIT_TIME, TIME, writable=False),
    simple("item:DateTimeCreated", tags.CREATION_TIME, TIME, writable=False),
    simple("item:ReminderDueBy", Named(PSETID_COMMON, 0x8502, 0x40), TIME),
    simple("item:ReminderIsSet", Named(PSETID_COMMON, 0x8503, 0xB), BOOLEAN, default=False),
    simple("item:ReminderMinutesBeforeStart", Named(PSETID_COMMON, 0x8501, 0x3), INTEGER, default=0),
    simple("item:DisplayCc", tags.DISPLAY_CC, TEXT, default="", writable=False),
    simple("item:DisplayTo", tags.DISPLAY_TO, TEXT, default="", writable=False),
    simple("item:HasAttachments", tags.HAS_ATTACHMENTS, BOOLEAN, default=False, writable=False),
    Field("item:EffectiveRights", content.effective_rights),
    simple("item:LastModifiedName", tags.LAST_MODIFIER_NAME, TEXT, writable=False),
    Field("item:LastModifiedTime", lambda view: t("LastModifiedTime", TIME.to_text(view.item.modified))),
    Field("item:IsAssociated", lambda view: t("IsAssociated", truth(bool(view.item.associated)))),
    Field("item:ConversationId", content.conversation_id),
    Field("item:TextBody", content.text_body),
    people.one("message:Sender", people.SENDER),
    people.several("message:ToRecipients", people.TO),
    people.several("message:CcRecipients", people.CC),
    people.several("message:BccRecipients", people.BCC),
    simple("message:IsReadReceiptRequested", tags.READ_RECEIPT_REQUESTED, BOOLEAN, default=False),
    simple("message:IsDeliveryReceiptRequested", tags.ORIGINATOR_DELIVERY_REPORT_REQUESTED, BOOLEAN, default=False),
    simple("message:ConversationIndex", tags.CONVERSATION_INDEX, BYTES, writable=False),
    simple("message:ConversationTopic", tags.CONVERSATION_TOPIC, TEXT, writable=False),
    people.one("message:From", people.FROM),
    simple("message:InternetMessageId", tags.INTERNET_MESSAGE_ID, TEXT),
    Field("message:IsRead", lambda view: t("IsRead", truth(bool(view.item.read))), _write_read),
    simple("message:References", tags.INTERNET_REFERENCES, TEXT),
    simple("calendar:UID", Named(PSETID_APPOINTMENT, "UID", 0x1F), TEXT),
    simple(*_appointment("Start", 0x820D, 0x40), TIME),
    simple(*_appointment("End", 0x820E, 0x40), TIME),
    simple(*_appointment("IsAllDayEvent", 0x8215, 0xB), BOOLEAN, default=False),
    simple(*_appointment("LegacyFreeBusyStatus", 0x8205, 0x3), BUSY, default=2),
    simple(*_appointment("Location", 0x8208, 0x1F), TEXT),
    simple(*_appointment("IsRecurring", 0x8223, 0xB), BOOLEAN, default=False, writable=False),
    people.several("calendar:RequiredAttendees", people.TO, _attendee),
    people.several("calendar:OptionalAttendees", people.CC, _attendee),
    people.several("calendar:Resources", people.BCC, _attendee),
    simple("contacts:FileAs", Named(PSETID_ADDRESS, 0x8005, 0x1F), TEXT),
    simple("contacts:DisplayName", tags.DISPLAY_NAME, TEXT),
    simple("contacts:GivenName", tags.GIVEN_NAME, TEXT),
    simple("contacts:MiddleName", tags.MIDDLE_NAME, TEXT),
    simple("contacts:Nickname", tags.NICKNAME, TEXT),
    simple("contacts:CompanyName", tags.COMPANY_NAME, TEXT),
    simple("contacts:Department", tags.DEPARTMENT_NAME, TEXT),
    simple("contacts:JobTitle", tags.TITLE, TEXT),
    simple("contacts:OfficeLocation", tags.OFFICE_LOCATION, TEXT),
    simple("contacts:Surname", tags.SURNAME, TEXT),
    simple(*_task("DueDate", 0x8105, 0x40), TIME),
    simple(*_task("StartDate", 0x8104, 0x40), TIME),
    simple(*_task("PercentComplete", 0x8102, 0x5), PERCENT, default=0.0),
    simple(*_task("Status", 0x8101, 0x3), TASK_STATUS, default=0),
    simple(*_task("IsComplete", 0x811C, 0xB), BOOLEAN, default=False, writable=False),
)
BY_URI = {field.uri: field for field in FIELDS}
BY_NAME = {field.name: field for field in FIELDS}
_OF = {
    "CalendarItem": ("calendar:",),
    "Contact": ("contacts:",),
    "DistributionList": ("contacts:DisplayName", "contacts:FileAs"),
    "Task": ("task:",),
    "Message": ("message:",),
    "PostItem": ("message:",),
    **dict.fromkeys(("MeetingRequest", "MeetingCancellation", "MeetingResponse"), ("message:", "calendar:")),
}
_LISTED = frozenset(
    {
        *("item:ItemId", "item:ParentFolderId", "item:ItemClass", "item:Subject", "item:Sensitivity"),
        *("item:DateTimeReceived", "item:Size", "item:Importance", "item:DateTimeSent", "item:DateTimeCreated"),
        *("item:HasAttachments", "item:IsAssociated", "message:IsRead", "message:From", "message:InternetMessageId"),
    }
)


def applies(field: Field, element: str) -> bool:
    """Whether items of this element have the field at all."""
    return field.uri.startswith(("item:", *_OF[element]))


def of_shape(shape: str) -> frozenset[str]:
    """The fields of a BaseShape ([MS-OXWSCDATA] DefaultShapeNamesType)."""
    if shape == "IdOnly":
        return frozenset({"item:ItemId"})
    if shape == "Default":
        return _LISTED | {"item:Body", "item:Attachments", "message:ToRecipients", "message:CcRecipients"} | _typed()
    return frozenset(BY_URI) - {"item:MimeContent", "item:TextBody"}


def _typed() -> frozenset[str]:
    return frozenset(uri for uri in BY_URI if uri.startswith(("calendar:", "contacts:", "task:")))
