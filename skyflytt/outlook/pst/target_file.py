"""The file that a PST is written into: beside its place, and renamed into it when it is complete."""

from __future__ import annotations

import errno
import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from skyflytt.errors.base import Failure
from skyflytt.errors.files import WorkspaceFull
from skyflytt.outlook.errors import PstOccupied

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_BUFFER_BYTES = 1 << 20


class UnfinishedFile:
    """An empty file beside `path`: written through `file`, then finished, then put in place or discarded.

    Raises `PstOccupied` where the place cannot be written to, and `WorkspaceFull` where the disk is full.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._beside = path.with_name(f".skyflytt-{secrets.token_hex(6)}.pst.part")
        with _explained(path):
            self._raw = _Raw(self._beside, path)
        self.file: BinaryIO = io.BufferedWriter(self._raw, _BUFFER_BYTES)

    def finish(self) -> None:
        """Everything is on the disk, and the file closed."""
        with _explained(self._path):
            self.file.flush()
            os.fsync(self._raw.fileno())
            self.file.close()

    def put_in_place(self, path: Path) -> None:
        """Gives the finished file its name; raises `PstOccupied` where that is taken."""
        with _explained(path):
            _link(self._beside, path)
        self.discard()
        with _explained(path):
            _sync_folder(path.parent)

    def discard(self) -> None:
        """Nothing is left beside `path`; what is in place stays."""
        # What was not flushed by now belongs to a file that failed already.
        with suppress(OSError, Failure):
            self.file.close()
        self._beside.unlink(missing_ok=True)


@contextmanager
def target_file(path: Path) -> Iterator[BinaryIO]:
    """An empty file that becomes `path` when the block ends well, and is removed otherwise. Nothing that is there is replaced.

    Raises `PstOccupied` where the name is taken or the place cannot be written to, and `WorkspaceFull` where the disk is full.
    """
    refuse_occupied(path)
    unfinished = UnfinishedFile(path)
    try:
        yield unfinished.file
        unfinished.finish()
        unfinished.put_in_place(path)
    finally:
        unfinished.discard()


def refuse_occupied(path: Path) -> None:
    """Raises `PstOccupied` where something is at `path`."""
    if os.path.lexists(path):
        raise PstOccupied(str(path), f"there is a {'folder' if path.is_dir() else 'file'} of that name")


class _Raw(io.FileIO):
    """Says what a full disk means; errors of other files, which the block reads from, stay what they are."""

    def __init__(self, beside: Path, path: Path) -> None:
        super().__init__(beside, "x")
        self._path = path

    def write(self, data: ReadableBuffer, /) -> int:
        with _explained(self._path):
            return super().write(data)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        detail = error.strerror or str(error)
        kind = WorkspaceFull if error.errno in _NO_ROOM else PstOccupied
        raise kind(str(path), detail) from error


def _link(beside: Path, path: Path) -> None:
    try:
        os.link(beside, path)
    except FileExistsError:
        refuse_occupied(path)
        raise
    except OSError:
        # No hard links there (FAT, some network shares): a moment is left in which another file of that name would be replaced.
        refuse_occupied(path)
        beside.rename(path)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
