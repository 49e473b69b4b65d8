"""The folders that every mailbox has: their distinguished ids ([MS-OXWSFOLD] 2.2.4.10, [MS-OXWSCDATA] DistinguishedFolderIdNameType)."""

from __future__ import annotations

from typing import NamedTuple


class Role(NamedTuple):
    """`parent` is another role's id; "" is the top. `name` is what an English mailbox shows."""

    id: str
    parent: str
    name: str
    folder_class: str | None


PRIMARY = (
    Role("root", "", "root", None),
    Role("msgfolderroot", "root", "Top of Information Store", "IPF.Note"),
    Role("inbox", "msgfolderroot", "Inbox", "IPF.Note"),
    Role("drafts", "msgfolderroot", "Drafts", "IPF.Note"),
    Role("sentitems", "msgfolderroot", "Sent Items", "IPF.Note"),
    Role("deleteditems", "msgfolderroot", "Deleted Items", "IPF.Note"),
    Role("outbox", "msgfolderroot", "Outbox", "IPF.Note"),
    Role("junkemail", "msgfolderroot", "Junk Email", "IPF.Note"),
    Role("calendar", "msgfolderroot", "Calendar", "IPF.Appointment"),
    Role("contacts", "msgfolderroot", "Contacts", "IPF.Contact"),
    Role("tasks", "msgfolderroot", "Tasks", "IPF.Task"),
    Role("notes", "msgfolderroot", "Notes", "IPF.StickyNote"),
    Role("journal", "msgfolderroot", "Journal", "IPF.Journal"),
    Role("recoverableitemsroot", "root", "Recoverable Items", None),
    Role("recoverableitemsdeletions", "recoverableitemsroot", "Deletions", None),
    Role("recoverableitemspurges", "recoverableitemsroot", "Purges", None),
    Role("recoverableitemsversions", "recoverableitemsroot", "Versions", None),
    Role("searchfolders", "root", "Finder", None),
)
ARCHIVE = (
    Role("archiveroot", "", "root", None),
    Role("archivemsgfolderroot", "archiveroot", "Top of Information Store", "IPF.Note"),
    Role("archivedeleteditems", "archivemsgfolderroot", "Deleted Items", "IPF.Note"),
    Role("archiverecoverableitemsroot", "archiveroot", "Recoverable Items", None),
    Role("archiverecoverableitemsdeletions", "archiverecoverableitemsroot", "Deletions", None),
    Role("archiverecoverableitemspurges", "archiverecoverableitemsroot", "Purges", None),
    Role("archiverecoverableitemsversions", "archiverecoverableitemsroot", "Versions", None),
)
PUBLIC = (Role("publicfoldersroot", "", "IPM_SUBTREE", None),)

OF_KIND = {"primary": PRIMARY, "archive": ARCHIVE, "public": PUBLIC}
TOPS = {"primary": "msgfolderroot", "archive": "archivemsgfolderroot", "public": "publicfoldersroot"}
"""Below which folder of a store its visible folders begin."""
PUBLIC_ADDRESS = ""
"""Public folders are nobody's: there is one store of them."""

SWEDISH = {
    **{
        "inbox": "Inkorgen",
        "drafts": "Utkast",
        "sentitems": "Skickat",
        "deleteditems": "Borttaget",
        "outbox": "Utkorgen",
    },
    **{"junkemail": "Skräppost", "calendar": "Kalender", "contacts": "Kontakter", "tasks": "Uppgifter"},
    **{"notes": "Anteckningar", "journal": "Journal", "archivedeleteditems": "Borttaget"},
}


def kind_of(role: str) -> str | None:
    """The kind of store that has a folder of this role; None where no store has."""
    return next((kind for kind, roles in OF_KIND.items() if any(known.id == role for known in roles)), None)
