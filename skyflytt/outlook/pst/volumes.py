"""One mailbox in several PST files, when it is larger than Outlook opens: whole messages, and in each file the folders that they need."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from skyflytt.outlook.errors import ItemTooLarge
from skyflytt.outlook.mapi import Message, Properties
from skyflytt.outlook.mapi.tags import SUBJECT
from skyflytt.outlook.pst.message_size import most_bytes
from skyflytt.outlook.pst.messaging.folder_tree import MAIL_CLASS, FolderPath
from skyflytt.outlook.pst.target_file import UnfinishedFile, refuse_occupied
from skyflytt.outlook.pst.writer import NO_PROPERTIES, PstWriter

MAX_BYTES = 45 * 10**9
"""Outlook opens files of up to 50 GB, and warns before that."""


@contextmanager
def create_volumes(
    path: Path, *, name: str, seed: bytes | None = None, max_bytes: int = MAX_BYTES
) -> Iterator[PstVolumes]:
    """A writer for `path`, or, where one file would have more than `max_bytes`, for NAME-1.pst, NAME-2.pst and so on beside it.

    The files appear when the block ends well, whole and synced; otherwise nothing is left. The same seed and the same calls give the same
    bytes. Raises `PstOccupied` where a name is taken or the place cannot be written to, and `WorkspaceFull` where the disk is full.
    """
    refuse_occupied(path)
    refuse_occupied(_numbered(path, 1))
    volumes = PstVolumes(path, name=name, seed=secrets.token_bytes(16) if seed is None else seed, max_bytes=max_bytes)
    try:
        yield volumes
        volumes.complete()
    finally:
        volumes.discard()


class _Declared(NamedTuple):
    container_class: str
    deleted_items: bool
    properties: Properties


class PstVolumes:
    """Takes folders and messages as a `PstWriter` does, and goes on in another file when one is full."""

    def __init__(self, path: Path, *, name: str, seed: bytes, max_bytes: int) -> None:
        self.paths: list[Path] = []
        """The files, once they are in place."""
        self._path = path
        self._name = name
        self._seed = seed
        self._max_bytes = max_bytes
        self._declared: dict[FolderPath, _Declared] = {}
        self._files: list[UnfinishedFile] = []
        self._begin()

    @property
    def volume(self) -> int:
        """The number of the file that is being written, from 1."""
        return len(self._files)

    def folder(
        self,
        path: FolderPath,
        *,
        container_class: str = MAIL_CLASS,
        deleted_items: bool = False,
        properties: Properties = NO_PROPERTIES,
    ) -> None:
        """As `PstWriter.folder`, in this file; it is in later ones when messages of theirs need it."""
        self._declared[path] = _Declared(container_class, deleted_items, properties)
        self._here.discard(path)
        self._declare(path)

    def add(self, path: FolderPath, message: Message, *, associated: bool = False) -> int:
        """As `PstWriter.add`; the NID is that in the current file. Raises `ItemTooLarge` where an empty file has no room for it."""
        needed = most_bytes(message)
        if self._messages and (
            not self._writer.has_names_for(message) or self._writer.size_with(needed) > self._max_bytes
        ):
            self._complete_file(several=True)
            self._begin()
        if not self._messages and (size := self._writer.size_with(needed)) > self._max_bytes:
            subject = str(message.properties.get(SUBJECT, "without a subject"))
            raise ItemTooLarge(
                subject, f"the file would have up to {size:,} bytes, and {self._max_bytes:,} are allowed"
            )
        for depth in range(len(path) + 1):
            self._declare(path[:depth])
        self._messages += 1
        return self._writer.add(path, message, associated=associated)

    def complete(self) -> None:
        """Puts all files in place, or none."""
        several = len(self._files) > 1
        self._complete_file(several=several)
        try:
            for number, file in enumerate(self._files, start=1):
                path = _numbered(self._path, number) if several else self._path
                file.put_in_place(path)
                self.paths.append(path)
        except BaseException:
            while self.paths:
                self.paths.pop().unlink(missing_ok=True)
            raise

    def discard(self) -> None:
        """Removes what is not in place."""
        for file in self._files:
            file.discard()

    def _begin(self) -> None:
        self._files.append(UnfinishedFile(self._path))
        number = len(self._files)
        seed = self._seed if number == 1 else self._seed + b"\0volume %d" % number
        self._writer = PstWriter(self._files[-1].file, name=self._name, seed=seed)
        self._messages = 0
        self._here: set[FolderPath] = set()
        for path, declared in self._declared.items():
            if declared.deleted_items:
                self._declare(path)

    def _declare(self, path: FolderPath) -> None:
        if path in self._declared and path not in self._here:
            declared = self._declared[path]
            self._here.add(path)
            self._writer.folder(path, **declared._asdict())

    def _complete_file(self, *, several: bool) -> None:
        if several:
            self._writer.name = f"{self._name} {len(self._files)}"
        self._writer.complete()
        self._files[-1].finish()


def _numbered(path: Path, number: int) -> Path:
    return path.with_name(f"{path.stem}-{number}{path.suffix}")
