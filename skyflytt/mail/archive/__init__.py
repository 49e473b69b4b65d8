"""The mailbox archive: one transactional file per mailbox, filled once from the source; every target and export is fed from it."""

from skyflytt.mail.archive.entries import ArchiveCounts, ArchivedMessage, Damage, Known
from skyflytt.mail.archive.reader import ArchiveReader, read_archive
from skyflytt.mail.archive.store import ArchiveItem, MailboxArchive, open_archive

__all__ = [
    "ArchiveCounts",
    "ArchiveItem",
    "ArchiveReader",
    "ArchivedMessage",
    "Damage",
    "Known",
    "MailboxArchive",
    "open_archive",
    "read_archive",
]
