"""Message classes of items beyond mail, and the folder classes that hold them ([MS-OXOSFLD] 2.2.1, [MS-OXCSPAM])."""

from __future__ import annotations

APPOINTMENT = "IPM.Appointment"
APPOINTMENT_EXCEPTION = "IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}"
MEETING_REQUEST = "IPM.Schedule.Meeting.Request"
MEETING_CANCELED = "IPM.Schedule.Meeting.Canceled"
MEETING_ACCEPTED = "IPM.Schedule.Meeting.Resp.Pos"
MEETING_DECLINED = "IPM.Schedule.Meeting.Resp.Neg"
MEETING_TENTATIVE = "IPM.Schedule.Meeting.Resp.Tent"
CONTACT = "IPM.Contact"
DISTRIBUTION_LIST = "IPM.DistList"
TASK = "IPM.Task"
STICKY_NOTE = "IPM.StickyNote"
ACTIVITY = "IPM.Activity"
NOTE = "IPM.Note"

_CONTAINERS = {
    APPOINTMENT: "IPF.Appointment",
    CONTACT: "IPF.Contact",
    DISTRIBUTION_LIST: "IPF.Contact",
    TASK: "IPF.Task",
    STICKY_NOTE: "IPF.StickyNote",
    ACTIVITY: "IPF.Journal",
}


def is_a(message_class: str, ancestor: str) -> bool:
    """Whether a message class is `ancestor` or one derived from it (IPM.Contact.Custom is an IPM.Contact), whatever its case."""
    folded, base = message_class.casefold(), ancestor.casefold()
    return folded == base or folded.startswith(base + ".")


def container_class(message_class: str) -> str:
    """The folder class (PidTagContainerClass) in which Outlook shows items of this message class; IPF.Note for mail and anything else."""
    return next((folder for item, folder in _CONTAINERS.items() if is_a(message_class, item)), "IPF.Note")
