"""What deleting a place needs: the port, and its two forms, over a file store and over a mailbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from skyflytt.errors.mail import MessageVanished
from skyflytt.files.listing import version_of
from skyflytt.files.port import FileStore, ScanFailure
from skyflytt.mail.keys import folder_path, message_key
from skyflytt.mail.port import FetchFailure, FolderPath, FolderRole, MailTarget


@dataclass(frozen=True, slots=True)
class Present:
    """An object that is at the source now. `version` is comparable with the ledger's, or None where a listing cannot tell it."""

    key: str
    version: str | None


class Eraser(Protocol):
    """Deletes the objects of one place of the system being left."""

    def present(self) -> Iterator[Present]:
        """Everything that is there now, by the ledger's keys; must list what it cannot read as well."""
        ...

    def delete(self, keys: Sequence[str]) -> None:
        """Delete exactly these, in an order that the place allows; what is gone already is no error."""
        ...

    def still_there(self, keys: Sequence[str]) -> list[str]:
        """Which of these are there when each is asked for by its own name, and not in a listing."""
        ...

    def clear_away(self) -> None:
        """What goes with the objects and is none itself, where the source system offers it: a mailbox's own folders."""
        ...


def leave_folder(folder: FolderPath) -> None:
    """For a mail system that does not let its folders be removed."""


@dataclass(frozen=True, slots=True)
class FilesEraser:
    """A share: `store` is the share's own folder, opened for writing. Its folders are objects like its files.

    `tokens` says that the ledger's versions have the source's change tokens in them.
    """

    store: FileStore
    tokens: bool = False

    def present(self) -> Iterator[Present]:
        for entry in self.store.scan():
            yield Present(entry.key, None if isinstance(entry, ScanFailure) else version_of(entry, tokens=self.tokens))

    def delete(self, keys: Sequence[str]) -> None:
        # Backwards in the order of a scan, which is deepest first: a folder comes after all that it holds.
        for key in sorted(keys, key=str.encode, reverse=True):
            self.store.remove(key.rstrip("/"))

    def still_there(self, keys: Sequence[str]) -> list[str]:
        return [key for key in keys if self.store.stat(key.rstrip("/")) is not None]

    def clear_away(self) -> None:
        """Nothing: the share's own folder belongs to the server."""


@dataclass(frozen=True, slots=True)
class MailEraser:
    """A mailbox, opened at the source with the right to delete. `remove_folder`: where the source system offers it."""

    mailbox: MailTarget
    remove_folder: Callable[[FolderPath], None] = leave_folder
    _places: dict[str, tuple[FolderPath, str]] = field(default_factory=dict)

    def present(self) -> Iterator[Present]:
        for folder in self.mailbox.folders():
            for ref in self.mailbox.refs(folder.path):
                key = message_key(folder.path, ref)
                self._places[key] = folder.path, ref
                yield Present(key, None)

    def delete(self, keys: Sequence[str]) -> None:
        by_folder: dict[FolderPath, list[str]] = {}
        for key in keys:
            folder, ref = self._place(key)
            by_folder.setdefault(folder, []).append(ref)
        for folder, refs in by_folder.items():
            self.mailbox.delete(folder, refs)

    def still_there(self, keys: Sequence[str]) -> list[str]:
        folders = {folder.path for folder in self.mailbox.folders()}
        asked = [(key, *self._place(key)) for key in keys]
        return [key for key, folder, ref in asked if folder in folders and self._answers(folder, ref)]

    def clear_away(self) -> None:
        folders = [f.path for f in self.mailbox.folders() if f.role is not FolderRole.INBOX and f.path != ("INBOX",)]
        for path in sorted(folders, key=len, reverse=True):
            if not self.mailbox.refs(path):
                self.remove_folder(path)

    def _answers(self, folder: FolderPath, ref: str) -> bool:
        """Only a message that is said to be gone is gone; one that cannot be read is still there."""
        answer = next(iter(self.mailbox.fetch(folder, [ref])), None)
        return not (isinstance(answer, FetchFailure) and isinstance(answer.failure, MessageVanished))

    def _place(self, key: str) -> tuple[FolderPath, str]:
        """As it was listed. A ref may hold a slash (Exchange's do), so that a key alone does not tell where its folder ends."""
        if key not in self._places:
            folder, _, ref = key.rpartition("/")
            return folder_path(folder), ref
        return self._places[key]
