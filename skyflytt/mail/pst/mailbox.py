"""One PST file behind the port `MailSource`. It is only ever read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from skyflytt.errors.mail import FolderRefused, MessageVanished
from skyflytt.mail.flags import keepable
from skyflytt.mail.keys import folder_key
from skyflytt.mail.port import (
    Fetched,
    FetchFailure,
    Folder,
    FolderChanges,
    FolderPath,
    MailCapabilities,
    MessageEntry,
    Way,
)
from skyflytt.mail.pst.folders import named_folders, roles
from skyflytt.outlook.errors import ItemDamaged
from skyflytt.outlook.fasttransfer import write_stream
from skyflytt.outlook.mapi import Message, tags
from skyflytt.outlook.mime.outbound import delivery_of, to_mime
from skyflytt.outlook.mime.outbound.items import is_mail
from skyflytt.outlook.pst.reading import PstFolder, PstReader, Read, open_pst

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of what has none; the port wants one."""


class PstMailbox:
    """The folders that Outlook shows. A ref is the message's NID in hexadecimal: it stays as long as the message is in the file.

    Messages are given as MIME, appointments, contacts and the like as streams too. One that cannot be read whole is a failure, so
    that nothing is taken for moved which is not; so is a folder that cannot be opened, under the name that the reader has for it.
    """

    capabilities = MailCapabilities(keywords=True)

    def __init__(self, reader: PstReader) -> None:
        self._reader = reader
        self._folders = named_folders(reader.folders(), reader.display_name)
        self._lost = {tuple(lost.item.split("/")): lost.detail for lost in reader.damaged_folders()}

    def folders(self) -> Sequence[Folder]:
        told = roles(self._folders)
        found = [
            Folder(path, told[path], folder.message_count, kind=folder.container_class or "")
            for path, folder in self._folders.items()
        ]
        return [*found, *(Folder(path, None, 0) for path in self._lost.keys() - self._folders.keys())]

    def changes(self, folder: FolderPath, since: str | None) -> FolderChanges:  # noqa: ARG002 - the port's signature
        """Always the whole listing. `size_bytes` is what the message takes in the file."""
        entries: dict[int, MessageEntry] = {}
        for nid, read in self._reader.headers(self._at(folder)):
            if isinstance(read, Message):
                entries[nid] = _entry(nid, read)
            else:
                entries.setdefault(nid, MessageEntry(_ref(nid), frozenset(), _NEVER, 0))
        return FolderChanges(list(entries.values()), (), True, None)

    def fetch(self, folder: FolderPath, refs: Sequence[str]) -> Iterator[Fetched | FetchFailure]:
        at = self._at(folder)
        for ref in refs:
            nid = _nid(ref)
            yield _answer(ref, list(self._reader.messages_by_nid(at, [nid] if nid is not None else [])))

    def _at(self, folder: FolderPath) -> PstFolder:
        if folder in self._lost:
            raise FolderRefused(folder_key(folder), f"it is damaged in the PST file: {self._lost[folder]}")
        if folder not in self._folders:
            raise FolderRefused(folder_key(folder), "there is no such folder in the PST file")
        return self._folders[folder]


@contextmanager
def open_pst_source(path: Path) -> Iterator[PstMailbox]:
    """The mailbox in the file. Raises NotAPst, PstEncryptionUnknown and PstDamaged."""
    with open_pst(path) as reader:
        yield PstMailbox(reader)


def _answer(ref: str, read: Sequence[Read]) -> Fetched | FetchFailure:
    if not read:
        return FetchFailure(ref, MessageVanished(ref))
    _, last = read[-1]
    if isinstance(last, ItemDamaged):
        return FetchFailure(ref, ItemDamaged(ref, last.detail))
    return Fetched(ref, to_mime(last), None if is_mail(last) else write_stream(last), Way.BUILT)


def _entry(nid: int, message: Message) -> MessageEntry:
    delivery = delivery_of(message)
    size = message.properties.get(tags.MESSAGE_SIZE)
    return MessageEntry(
        _ref(nid), keepable(delivery.flags), delivery.received or _NEVER, size if isinstance(size, int) else 0
    )


def _ref(nid: int) -> str:
    return f"{nid:x}"


def _nid(ref: str) -> int | None:
    try:
        nid = int(ref, 16)
    except ValueError:
        return None
    return nid if _ref(nid) == ref and 0 <= nid < 1 << 32 else None
