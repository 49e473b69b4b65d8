"""One delta pass over a mailbox: source → archive → target."""

from __future__ import annotations

from skyflytt.ledger.passes import Account
from skyflytt.ledger.progress import Progress
from skyflytt.mail.deliver import DeliveryPass
from skyflytt.mail.listing import not_archived
from skyflytt.phase.archive_mailbox import collect
from skyflytt.phase.mailboxes import excluded, open_mailbox_archive, open_source, open_target, renamed
from skyflytt.phase.migration import Migration
from skyflytt.phase.source import note_whose_it_is, require_source


def move_mailbox(migration: Migration, name: str, progress: Progress) -> Account:
    """Fetch what is new and deliver what is open; the first pass and every later one are the same."""
    mailbox = migration.project.mailbox(name)
    require_source(migration, migration.workload("mailbox", name))
    note_whose_it_is(migration, mailbox)
    left = excluded(mailbox)
    with open_mailbox_archive(migration, mailbox) as archive:
        # Never both servers at once: two steps could wait for each other's connections, and those of one would lie idle.
        with open_source(migration, mailbox) as source:
            folders = source.folders()
            collect(migration, mailbox, source, archive, folders, progress=progress)
        with open_target(migration, mailbox) as target:
            return DeliveryPass(
                migration.ledger,
                migration.workload("mailbox", name),
                archive,
                target,
                [folder for folder in folders if not left(folder.path)],
                not_archived(migration.ledger, migration.workload("archive", name)),
                renamed(mailbox),
                progress=progress,
            ).run()
