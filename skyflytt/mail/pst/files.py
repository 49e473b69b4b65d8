"""What a provider hands over of one mailbox: one PST file, or a folder of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from skyflytt.errors.mail import FolderRefused
from skyflytt.mail.keys import folder_key
from skyflytt.mail.port import Fetched, FetchFailure, Folder, FolderChanges, FolderPath, FolderRole, MailSource
from skyflytt.mail.pst.mailbox import PstMailbox, open_pst_source
from skyflytt.outlook.errors import NoMailThere


def open_pst_files(path: Path) -> AbstractContextManager[MailSource]:
    """The mailbox in a PST file, or in all PST files of a folder (not of those below it).

    Raises `NoMailThere` for a folder without any, and as `open_pst_source`: one bad file is a bad mailbox, since what is missing in it
    would be taken for deleted.
    """
    return _open_folder(path) if path.is_dir() else open_pst_source(path)


@contextmanager
def _open_folder(path: Path) -> Iterator[MailSource]:
    found = sorted(file for file in path.iterdir() if file.suffix.lower() == ".pst" and file.is_file())
    if not found:
        raise NoMailThere(str(path), "the folder holds no file whose name ends in .pst")
    with ExitStack() as opened:
        yield PstFiles({file.name: opened.enter_context(open_pst_source(file)) for file in found})


class PstFiles:
    """Several files as one mailbox: folders of one path are one folder. A ref is the file's name and the message's NID: `2024.pst:200024`."""

    capabilities = PstMailbox.capabilities

    def __init__(self, files: Mapping[str, PstMailbox]) -> None:
        self._files = files
        self._folders: dict[FolderPath, Folder] = {}
        self._holders: dict[FolderPath, list[str]] = {}
        held: set[FolderRole | None] = set()
        for name, file in files.items():
            for folder in file.folders():
                self._holders.setdefault(folder.path, []).append(name)
                self._folders[folder.path] = _together(self._folders.get(folder.path), folder, held)
            held |= {folder.role for folder in self._folders.values()}

    def folders(self) -> Sequence[Folder]:
        return [self._folders[path] for path in sorted(self._folders)]

    def changes(self, folder: FolderPath, since: str | None) -> FolderChanges:
        entries = [
            replace(entry, ref=f"{name}:{entry.ref}")
            for name in self._holding(folder)
            for entry in self._files[name].changes(folder, since).entries
        ]
        return FolderChanges(entries, (), True, None)

    def fetch(self, folder: FolderPath, refs: Sequence[str]) -> Iterator[Fetched | FetchFailure]:
        holding = self._holding(folder)
        for ref in refs:
            name, _, nid = ref.rpartition(":")
            # A file that is not there any more has no such message: any other one says so.
            file = self._files[name if name in holding else holding[0]]
            for answer in file.fetch(folder, [nid if name in holding else ""]):
                yield _named(answer, ref)

    def _holding(self, folder: FolderPath) -> Sequence[str]:
        if folder not in self._holders:
            raise FolderRefused(folder_key(folder), "there is no such folder in the PST files")
        return self._holders[folder]


def _together(known: Folder | None, folder: Folder, held: set[FolderRole | None]) -> Folder:
    """Each role is one folder's, the first one's."""
    role = None if folder.role in held else folder.role
    if known is None:
        return replace(folder, role=role)
    return replace(
        known,
        role=known.role or role,
        message_count=known.message_count + folder.message_count,
        kind=known.kind or folder.kind,
    )


def _named(answer: Fetched | FetchFailure, ref: str) -> Fetched | FetchFailure:
    if isinstance(answer, Fetched):
        return replace(answer, ref=ref)
    return FetchFailure(ref, type(answer.failure)(ref, answer.failure.detail))
