"""A mailbox archive as items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from skyflytt.errors.base import Failure
from skyflytt.errors.mail import ArchiveDamaged, StreamUnusable
from skyflytt.mail.archive import ArchivedMessage, ArchiveReader
from skyflytt.mail.items.folder_names import in_outlook
from skyflytt.mail.items.source import ItemFolder, SourceItem
from skyflytt.mail.port import FolderPath, FolderRole
from skyflytt.mail.roles import with_guessed_roles
from skyflytt.outlook.errors import StreamMalformed, StreamTruncated
from skyflytt.outlook.fasttransfer import read_stream
from skyflytt.outlook.mapi import Message
from skyflytt.outlook.mime import Delivery, from_mime


class ArchiveItems:
    """What the archive holds as present, with the flags and times that the source last had."""

    def __init__(self, archive: ArchiveReader) -> None:
        self._archive = archive
        self._counts = archive.counts().folders
        self._names = in_outlook(self._counts)

    def folders(self) -> Sequence[ItemFolder]:
        roles = with_guessed_roles(dict.fromkeys(self._names))
        return [
            ItemFolder(name, self._counts.get(path, 0), deleted_items=roles[path] is FolderRole.TRASH)
            for path, name in self._names.items()
        ]

    def items(self) -> Iterator[SourceItem]:
        for entry in self._archive.entries():
            name = f"{'/'.join(entry.folder)}/{entry.ref}"
            message, notice = self._message(entry, name)
            yield SourceItem(self.outlook_name(entry.folder), name, message, notice=notice)

    def _message(self, entry: ArchivedMessage, name: str) -> tuple[Message, Failure | None]:
        """From the FastTransfer stream, which has everything; where there is none, or none that can be read, from the MIME."""
        notice: Failure | None = None
        try:
            if (stream := self._archive.stream(entry)) is not None:
                return read_stream(stream, name), None
        except (StreamTruncated, StreamMalformed, ArchiveDamaged) as failure:
            notice = StreamUnusable(name, failure.sentence)
        return from_mime(self._archive.payload(entry.digest), Delivery(entry.received, entry.flags)), notice

    def outlook_name(self, folder: FolderPath) -> FolderPath:
        return self._names[folder]
