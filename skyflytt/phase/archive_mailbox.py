"""Fetch a mailbox into its archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skyflytt.ledger.passes import Account
from skyflytt.ledger.progress import Progress
from skyflytt.mail.archive import MailboxArchive
from skyflytt.mail.collect import ArchivePass
from skyflytt.mail.port import Folder, MailSource, Way
from skyflytt.phase.mailboxes import excluded, open_mailbox_archive, open_source
from skyflytt.phase.migration import Migration
from skyflytt.phase.source import require_source
from skyflytt.project.mailboxes import Mailbox


def archive_mailbox(migration: Migration, name: str, progress: Progress) -> Account:
    """One archive pass over the mailbox: what the source has is in the archive, byte for byte, or is counted as failed."""
    mailbox = migration.project.mailbox(name)
    require_source(migration, migration.workload("mailbox", name))
    with open_source(migration, mailbox) as source, open_mailbox_archive(migration, mailbox) as archive:
        return collect(migration, mailbox, source, archive, source.folders(), progress=progress)


def ways_of(migration: Migration, name: str) -> Mapping[Way | None, int]:
    """How the messages came that are in the mailbox's archive."""
    with open_mailbox_archive(migration, migration.project.mailbox(name)) as archive:
        return archive.ways()


def collect(
    migration: Migration,
    mailbox: Mailbox,
    source: MailSource,
    archive: MailboxArchive,
    folders: Sequence[Folder],
    *,
    progress: Progress,
) -> Account:
    """The archive pass over an open source."""
    workload = migration.workload("archive", mailbox.name)
    return ArchivePass(migration.ledger, workload, source, archive, excluded(mailbox), progress).run(folders)
