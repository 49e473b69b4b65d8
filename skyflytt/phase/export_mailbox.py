"""Write a mailbox export from its archive: PST files, a folder of .eml files, an mbox per folder; each read back and compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from skyflytt.mail.archive import MailboxArchive
from skyflytt.mail.export import ExportReport, write_eml, write_mbox, write_pst
from skyflytt.phase.mailboxes import open_mailbox_archive
from skyflytt.phase.migration import Migration
from skyflytt.project.exports import ExportFormat, Exports
from skyflytt.project.mailboxes import Mailbox

GIGABYTE = 10**9

_WRITERS: Mapping[ExportFormat, Callable[[MailboxArchive, Path, Mailbox, Exports], ExportReport]] = {
    "pst": lambda archive, folder, mailbox, exports: write_pst(
        archive, folder, name=mailbox.name, max_bytes=exports.split_gb * GIGABYTE
    ),
    "eml": lambda archive, folder, _mailbox, _exports: write_eml(archive, folder),
    "mbox": lambda archive, folder, _mailbox, _exports: write_mbox(archive, folder),
}


def export_mailbox(migration: Migration, name: str) -> dict[ExportFormat, ExportReport]:
    """Write the mailbox into the workspace in every format that the project asks for.

    What is there from before is replaced, format by format, when the new one is complete and was read back.
    """
    folder, exports = migration.folder("exports", name), migration.project.exports
    mailbox = migration.project.mailbox(name)
    with open_mailbox_archive(migration, mailbox) as archive:
        return {kind: _WRITERS[kind](archive, folder / kind, mailbox, exports) for kind in exports.formats}
