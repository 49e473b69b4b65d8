"""A mailbox that is written anew as a PST file at every change: what the contract of `MailSource` needs to try the adapter `pst`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from skyflytt.errors.base import Failure
from skyflytt.mail.port import (
    Fetched,
    FetchFailure,
    Folder,
    FolderPath,
    FolderRole,
    MailCapabilities,
    NewMessage,
)
from skyflytt.mail.pst import open_pst_source
from skyflytt.outlook.mime import Delivery, from_mime
from skyflytt.outlook.pst.writer import create_pst

INBOX = ("INBOX",)
GONE = ("Gone",)
"""Where deleted messages go: everything before and after them keeps its NID."""


@dataclass
class Kept:
    folder: FolderPath
    message: NewMessage
    ref: str = ""


class PstTarget:
    """A `MailTarget` in memory, with its PST file."""

    capabilities = MailCapabilities(append_returns_ref=True, moves=True, keywords=True)

    def __init__(self, path: Path) -> None:
        self.path = path
        self._folders: dict[FolderPath, FolderRole | None] = {INBOX: FolderRole.INBOX}
        self._kept: list[Kept] = []
        self._write()

    def folders(self) -> Sequence[Folder]:
        with open_pst_source(self.path) as source:
            return source.folders()

    def ensure_folder(self, folder: FolderPath, role: FolderRole | None) -> FolderPath:
        if own := next((path for path, known in self._folders.items() if role and known is role), None):
            return own
        self._folders[folder] = role
        self._write()
        return folder

    def refs(self, folder: FolderPath) -> Sequence[str]:
        return [kept.ref for kept in self._kept if kept.folder == folder]

    def append(self, folder: FolderPath, messages: Sequence[NewMessage]) -> Sequence[str | Failure]:
        added = [Kept(folder, message) for message in messages]
        self._kept += added
        self._write()
        return [kept.ref for kept in added]

    def fetch(self, folder: FolderPath, refs: Sequence[str]) -> Iterator[Fetched | FetchFailure]:
        with open_pst_source(self.path) as source:
            yield from source.fetch(folder, refs)

    def set_flags(self, folder: FolderPath, ref: str, flags: frozenset[str]) -> None:
        for kept in self._kept:
            if (kept.folder, kept.ref) == (folder, ref):
                kept.message = replace(kept.message, flags=flags)
        self._write()

    def move(self, folder: FolderPath, ref: str, to: FolderPath) -> str:
        for kept in self._kept:
            if (kept.folder, kept.ref) == (folder, ref):
                kept.folder = to
        self._write()
        return ref

    def delete(self, folder: FolderPath, refs: Sequence[str]) -> None:
        for ref in refs:
            self.move(folder, ref, GONE)

    def _write(self) -> None:
        self.path.unlink(missing_ok=True)
        with create_pst(self.path, name="contract", seed=b"contract") as writer:
            for folder in self._folders:
                writer.folder(_in_outlook(folder))
            for kept in self._kept:
                message = from_mime(kept.message.raw, Delivery(kept.message.received, kept.message.flags))
                kept.ref = f"{writer.add(_in_outlook(kept.folder), message):x}"


@contextmanager
def open_pst_target(target: PstTarget) -> Iterator[PstTarget]:
    yield target


def _in_outlook(folder: FolderPath) -> FolderPath:
    return ("Inbox", *folder[1:]) if folder[0] == "INBOX" else folder
