"""A Maildir as a mailbox. Refs are the unique parts of the file names; INTERNALDATE is the file's time of modification."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from skyflytt.errors.base import Failure
from skyflytt.errors.mail import MessageUnreadable, MessageVanished
from skyflytt.mail.maildir import files, layout
from skyflytt.mail.maildir.files import MessageFile
from skyflytt.mail.port import (
    Fetched,
    FetchFailure,
    Folder,
    FolderChanges,
    FolderPath,
    FolderRole,
    MailCapabilities,
    MessageEntry,
    NewMessage,
)
from skyflytt.mail.roles import with_guessed_roles


@contextmanager
def open_maildir_source(path: Path) -> Iterator[MaildirSource]:
    """The Maildir at `path`, to be read only. Raises `MailboxMissing`."""
    layout.check_root(path)
    yield MaildirSource(path)


@contextmanager
def open_maildir(path: Path) -> Iterator[MaildirMailbox]:
    """The Maildir at `path`, to be written. Raises `MailboxMissing`: mailboxes are made by whoever runs the target."""
    layout.check_root(path)
    yield MaildirMailbox(path)


class MaildirSource:
    """Reads; nothing is moved from new to cur, which would mark it as no longer recent."""

    capabilities = MailCapabilities(append_returns_ref=True, moves=True, keywords=False, keeps_bytes=True)

    def __init__(self, root: Path) -> None:
        self._root = root

    def folders(self) -> Sequence[Folder]:
        roles = with_guessed_roles(dict.fromkeys(layout.folder_paths(self._root)))
        return [Folder(path, role, self._count(path)) for path, role in sorted(roles.items())]

    def changes(self, folder: FolderPath, since: str | None) -> FolderChanges:  # noqa: ARG002 - the port's signature
        """Always the whole listing: there are no tokens."""
        at = layout.existing(self._root, folder)
        return FolderChanges(list(_entries(at)), (), True, None)

    def fetch(self, folder: FolderPath, refs: Sequence[str]) -> Iterator[Fetched | FetchFailure]:
        at = layout.existing(self._root, folder)
        known = files.by_unique(at)
        for ref in refs:
            answer = _read(ref, known.get(ref))
            if isinstance(answer, FetchFailure):
                # A reader may have renamed it since the folder was listed: look once more.
                known = files.by_unique(at)
                answer = _read(ref, known.get(ref))
            yield answer

    def _count(self, folder: FolderPath) -> int:
        try:
            return sum(1 for _ in files.listed(layout.directory(self._root, folder)))
        except OSError:
            return 0


class MaildirMailbox(MaildirSource):
    """Reads and writes; keywords are kept where Dovecot has already given them a letter in this folder."""

    def ensure_folder(self, folder: FolderPath, role: FolderRole | None) -> FolderPath:
        if own := next((known.path for known in self.folders() if role and known.role == role), None):
            return own
        wanted = layout.representable(folder)
        for depth in range(1, len(wanted) + 1):
            layout.make(self._root, wanted[:depth])
        files.sync(self._root)
        return wanted

    def refs(self, folder: FolderPath) -> Sequence[str]:
        return list(files.by_unique(layout.existing(self._root, folder)))

    def append(self, folder: FolderPath, messages: Sequence[NewMessage]) -> Sequence[str | Failure]:
        at = layout.existing(self._root, folder)
        names = files.keywords(at)
        outcomes = [
            files.deliver(at, message.raw, files.letters_for(message.flags, names), message.received)
            for message in messages
        ]
        files.sync(at / "new")
        files.sync(at / "cur")
        return outcomes

    def set_flags(self, folder: FolderPath, ref: str, flags: frozenset[str]) -> None:
        at = layout.existing(self._root, folder)
        letters = files.letters_for(flags, files.keywords(at))
        _rename(at, ref, at / "cur" / f"{ref}:2,{letters}")

    def move(self, folder: FolderPath, ref: str, to: FolderPath) -> str:
        at, there = layout.existing(self._root, folder), layout.existing(self._root, to)
        file = _known(at, ref)
        flags = files.flags_of(file.letters, files.keywords(at))
        _rename(at, ref, there / "cur" / f"{ref}:2,{files.letters_for(flags, files.keywords(there))}")
        files.sync(there / "cur")
        return ref

    def delete(self, folder: FolderPath, refs: Sequence[str]) -> None:
        at = layout.existing(self._root, folder)
        known = files.by_unique(at)
        for ref in refs:
            if file := known.get(ref):
                _unlink(at, file)
        files.sync(at / "new")
        files.sync(at / "cur")


def _entries(at: Path) -> Iterator[MessageEntry]:
    names = files.keywords(at)
    listed: list[MessageFile | None] = [*files.by_unique(at).values()]
    for file in listed:
        if (status := _status(file)) is None and file:
            # Renamed by a reader since it was listed.
            file = files.by_unique(at).get(file.unique)  # noqa: PLW2901
            status = _status(file)
        if file and status:
            received = datetime.fromtimestamp(int(status.st_mtime), UTC)
            yield MessageEntry(file.unique, files.flags_of(file.letters, names), received, status.st_size)


def _status(file: MessageFile | None) -> os.stat_result | None:
    try:
        return file.path.stat() if file else None
    except FileNotFoundError:
        return None


def _read(ref: str, file: MessageFile | None) -> Fetched | FetchFailure:
    if file is None:
        return FetchFailure(ref, MessageVanished(ref))
    try:
        return Fetched(ref, file.path.read_bytes())
    except FileNotFoundError:
        return FetchFailure(ref, MessageVanished(ref))
    except OSError as error:
        return FetchFailure(ref, MessageUnreadable(ref, error.strerror or str(error)))


def _known(at: Path, ref: str) -> MessageFile:
    file = files.by_unique(at).get(ref)
    if file is None:
        raise MessageVanished(ref)
    return file


def _rename(at: Path, ref: str, place: Path) -> None:
    try:
        _known(at, ref).path.rename(place)
    except FileNotFoundError:
        _known(at, ref).path.rename(place)
    files.sync(place.parent)


def _unlink(at: Path, file: MessageFile) -> None:
    try:
        file.path.unlink()
    except FileNotFoundError:
        if again := files.by_unique(at).get(file.unique):
            again.path.unlink(missing_ok=True)
