"""The PST files that the customer got, as their verification reports say."""

from __future__ import annotations

import json

from skyflytt.mail.export.archived_pst import VERIFICATION
from skyflytt.phase.migration import Migration


def told(migration: Migration) -> tuple[list[str], bool]:
    """A line for each mailbox, and whether every item of every file was read back and found equal."""
    lines, whole = [], True
    for mailbox in migration.project.mailboxes:
        folder = migration.folder("exports", mailbox.name, "pst")
        report = json.loads((folder / VERIFICATION).read_text(encoding="utf-8"))
        equal = report["found"] == report["meant"] and not report["difference_count"]
        whole = whole and equal
        files = ", ".join(sorted(path.name for path in folder.glob("*.pst")))
        lines.append(
            f"export {files}: {report['found']} of {report['meant']} items read back by {report['reader']}, "
            f"{report['difference_count']} of them different"
        )
    return lines, whole
