"""Items as genuine PST files, read back by an independent reader before they are put in place."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from skyflytt.errors.base import Failure
from skyflytt.errors.files import WorkspaceFull
from skyflytt.mail.items import ItemSource
from skyflytt.mail.port import FolderPath
from skyflytt.outlook.errors import PstAltered, PstOccupied
from skyflytt.outlook.mapi import Message
from skyflytt.outlook.pst.verification import Verification, verify_pst
from skyflytt.outlook.pst.volumes import create_volumes

SPLIT_AT_BYTES = 45 * 10**9
"""Outlook opens PST files up to 50 GB (MaxLargeFileSize, KB832925)."""

Progress = Callable[[str, int], None]
"""Called with "written" or "verified" and the number of items so far."""


@dataclass(frozen=True, slots=True)
class WrittenPst:
    """`paths` are one PST file or its numbered volumes, `counts` the items in each; `failures` name what the source could not give.

    `notices` name items that are in the file, though not with everything that they should have.
    """

    paths: tuple[Path, ...]
    counts: tuple[int, ...]
    bytes: int
    failures: tuple[tuple[str, Failure], ...]
    verification: Verification
    notices: tuple[tuple[str, Failure], ...] = ()

    @property
    def count(self) -> int:
        return sum(self.counts)


def quietly(_what: str, _count: int) -> None:
    """Progress that nobody looks at."""


def write_items(
    source: ItemSource,
    path: Path,
    *,
    name: str,
    seed: bytes,
    max_bytes: int = SPLIT_AT_BYTES,
    progress: Progress = quietly,
) -> WrittenPst:
    """Write all items to `path` (several numbered files above `max_bytes`), read them back with libpff and compare each one.

    `name` is what Outlook shows for the mailbox; equal items and an equal `seed` give equal bytes. Files appear under their names only
    when everything was found equal. Raises `PstOccupied`, `WorkspaceFull`, `ItemTooLarge` or `PstAltered`.
    """
    failures: list[tuple[str, Failure]] = []
    notices: list[tuple[str, Failure]] = []
    with _beside(path) as folder:
        with create_volumes(folder / path.name, name=name, seed=seed, max_bytes=max_bytes) as volumes:
            for one in source.folders():
                volumes.folder(
                    one.path, container_class=one.container_class or "IPF.Note", deleted_items=one.deleted_items
                )
            written: Counter[int] = Counter()
            for item in source.items():
                if isinstance(item.message, Failure):
                    failures.append((item.name, item.message))
                    continue
                volumes.add(item.folder, item.message, associated=item.associated)
                written[volumes.volume] += 1
                if item.notice is not None:
                    notices.append((item.name, item.notice))
                progress("written", written.total())
        verification = verify_pst(volumes.paths, meant(source, progress))
        if verification.differences:
            raise PstAltered(str(path), str(verification.differences[0]))
        paths = _put_in_place(volumes.paths, path.parent)
    size = sum(one.stat().st_size for one in paths)
    counts = tuple(written[number] for number in range(1, len(paths) + 1))
    return WrittenPst(paths, counts, size, tuple(failures), verification, tuple(notices))


def meant(source: ItemSource, progress: Progress) -> Iterator[tuple[FolderPath, Message, bool]]:
    """The items once more, made anew: what is compared was not kept in memory."""
    count = 0
    for item in source.items():
        if isinstance(item.message, Message):
            yield item.folder, item.message, item.associated
            count += 1
            progress("verified", count)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    if path.exists():
        raise PstOccupied(str(path), "there is a file of this name")
    try:
        folder = Path(tempfile.mkdtemp(prefix=f".{path.name}.part-", dir=path.parent))
    except OSError as error:
        raise PstOccupied(str(path), error.strerror or str(error)) from error
    try:
        yield folder
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise WorkspaceFull(str(path), error.strerror or str(error)) from error
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _put_in_place(written: Sequence[Path], folder: Path) -> tuple[Path, ...]:
    """All files or none: a name that is taken is found before the first one appears."""
    finals = [folder / one.name for one in written]
    for final in finals:
        if final.exists():
            raise PstOccupied(str(final), "there is a file of this name")
    return tuple(one.rename(final) for one, final in zip(written, finals, strict=True))
