"""Before the cutover is believed: every message of the archive is at the target, and nothing else is, by fingerprint."""

from __future__ import annotations

from skyflytt.mail.compare import Comparison, compare
from skyflytt.mail.port import FolderPath, FolderRole, MailTarget
from skyflytt.phase.mailboxes import open_mailbox_archive, open_source, open_target, renamed
from skyflytt.phase.migration import Migration
from skyflytt.project.mailboxes import Mailbox


def check_mailbox(migration: Migration, name: str) -> Comparison:
    """Compare the archive with the target in both directions; reads every message of the target."""
    mailbox = migration.project.mailbox(name)
    # Never both servers at once: two steps could then wait for each other's connections.
    with open_source(migration, mailbox) as source:
        roles = {folder.path: folder.role for folder in source.folders()}
    with open_mailbox_archive(migration, mailbox) as archive, open_target(migration, mailbox) as target:
        return compare(archive.entries(), target, Places(mailbox, target, roles))


class Places:
    """Where each folder of the source is found at the target."""

    def __init__(self, mailbox: Mailbox, target: MailTarget, roles: dict[FolderPath, FolderRole | None]) -> None:
        self._renamed = renamed(mailbox)
        self._target = target
        self._roles = roles
        self._known: dict[FolderPath, FolderPath] = {}

    def __call__(self, folder: FolderPath) -> FolderPath:
        if folder not in self._known:
            wanted = self._renamed(folder)
            role = self._roles.get(folder) if wanted == folder else None
            self._known[folder] = self._target.ensure_folder(wanted, role)
        return self._known[folder]
