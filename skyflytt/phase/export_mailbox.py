"""Write a mailbox export from its archive: a folder of .eml files and an mbox per folder, each read back and compared."""

from __future__ import annotations

from dataclasses import dataclass

from skyflytt.mail.export import ExportReport, write_eml, write_mbox
from skyflytt.phase.mailboxes import open_mailbox_archive
from skyflytt.phase.migration import Migration


@dataclass(frozen=True, slots=True)
class MailboxExport:
    """What was written, per format."""

    eml: ExportReport
    mbox: ExportReport


def export_mailbox(migration: Migration, name: str) -> MailboxExport:
    """Write the export into the workspace; what is there from before is replaced when the new one is complete."""
    folder = migration.folder("exports", name)
    with open_mailbox_archive(migration, migration.project.mailbox(name)) as archive:
        return MailboxExport(write_eml(archive, folder / "eml"), write_mbox(archive, folder / "mbox"))
