"""What the folders of a PST file are for, as the store and its folders say by entry ids ([MS-OXOSFLD] 2.2, [MS-PST] 2.7.1)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from skyflytt.outlook.mapi import Properties, tags

ENTRY_ID_BYTES = 24


class FolderRole(StrEnum):
    INBOX = "inbox"
    OUTBOX = "outbox"
    SENT = "sent"
    DELETED = "deleted"
    DRAFTS = "drafts"
    JUNK = "junk"
    CALENDAR = "calendar"
    CONTACTS = "contacts"
    JOURNAL = "journal"
    NOTES = "notes"
    TASKS = "tasks"


_OF_STORE = {
    tags.IPM_OUTBOX_ENTRY_ID: FolderRole.OUTBOX,
    tags.IPM_WASTEBASKET_ENTRY_ID: FolderRole.DELETED,
    tags.IPM_SENT_MAIL_ENTRY_ID: FolderRole.SENT,
}
_OF_ROOT_OR_INBOX = {
    tags.IPM_APPOINTMENT_ENTRY_ID: FolderRole.CALENDAR,
    tags.IPM_CONTACT_ENTRY_ID: FolderRole.CONTACTS,
    tags.IPM_JOURNAL_ENTRY_ID: FolderRole.JOURNAL,
    tags.IPM_NOTE_ENTRY_ID: FolderRole.NOTES,
    tags.IPM_TASK_ENTRY_ID: FolderRole.TASKS,
    tags.IPM_DRAFTS_ENTRY_ID: FolderRole.DRAFTS,
}
_JUNK = 4
"""Of PidTagAdditionalRenEntryIds, the fifth."""


def roles(
    store: Properties, root: Properties, inbox: int | None, inbox_properties: Properties
) -> Mapping[int, FolderRole]:
    """Roles by NID. The inbox itself comes from the receive folder table."""
    found = _named_by(store, _OF_STORE)
    for properties in (root, inbox_properties):
        found |= _named_by(properties, _OF_ROOT_OR_INBOX)
        additional = properties.get(tags.ADDITIONAL_REN_ENTRY_IDS)
        if isinstance(additional, tuple) and len(additional) > _JUNK and (nid := nid_of(additional[_JUNK])):
            found[nid] = FolderRole.JUNK
    if inbox is not None:
        found[inbox] = FolderRole.INBOX
    return found


def nid_of(entry_id: object) -> int | None:
    """The NID in an entry id: the last four of its 24 bytes ([MS-PST] 2.4.3.2)."""
    if not isinstance(entry_id, bytes) or len(entry_id) != ENTRY_ID_BYTES:
        return None
    return int.from_bytes(entry_id[20:], "little")


def _named_by(properties: Properties, which: Mapping[int, FolderRole]) -> dict[int, FolderRole]:
    return {nid: role for tag, role in which.items() if (nid := nid_of(properties.get(tag)))}
