"""A mailbox behind the port `MailSource` (a Maildir, an IMAP account) as items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from skyflytt.mail.items.folder_names import in_outlook
from skyflytt.mail.items.source import ItemFolder, SourceItem
from skyflytt.mail.port import Fetched, FolderPath, FolderRole, MailSource
from skyflytt.outlook.mime import Delivery, from_mime

BATCH = 50


class MailboxItems:
    """Lists the mailbox once, so that every reading sees the same messages in the same order."""

    def __init__(self, mailbox: MailSource) -> None:
        self._mailbox = mailbox
        self._folders = mailbox.folders()
        self._names = in_outlook(folder.path for folder in self._folders)
        self._listed: dict[FolderPath, dict[str, Delivery]] = {}

    def folders(self) -> Sequence[ItemFolder]:
        known = {folder.path: folder for folder in self._folders}
        return [
            ItemFolder(
                name,
                len(self._entries(path)) if path in known else 0,
                deleted_items=path in known and known[path].role is FolderRole.TRASH,
            )
            for path, name in self._names.items()
        ]

    def items(self) -> Iterator[SourceItem]:
        for folder in self._folders:
            listed = self._entries(folder.path)
            refs = list(listed)
            for start in range(0, len(refs), BATCH):
                for answer in self._mailbox.fetch(folder.path, refs[start : start + BATCH]):
                    message = (
                        from_mime(answer.raw, listed[answer.ref]) if isinstance(answer, Fetched) else answer.failure
                    )
                    yield SourceItem(self._names[folder.path], f"{'/'.join(folder.path)}/{answer.ref}", message)

    def _entries(self, folder: FolderPath) -> dict[str, Delivery]:
        if folder not in self._listed:
            entries = self._mailbox.changes(folder, None).entries
            self._listed[folder] = {entry.ref: Delivery(entry.received, entry.flags) for entry in entries}
        return self._listed[folder]
