"""A mailbox archive as PST, with the index of its messages and the report of their verification beside it."""

from __future__ import annotations

import hashlib
from itertools import chain, repeat
from pathlib import Path, PurePosixPath

from skyflytt.mail.archive import MailboxArchive
from skyflytt.mail.export.index import open_index
from skyflytt.mail.export.place import fresh_folder
from skyflytt.mail.export.pst import SPLIT_AT_BYTES, WrittenPst, write_items
from skyflytt.mail.export.report import ExportReport
from skyflytt.mail.items.archive import ArchiveItems

VERIFICATION = "verification.json"


def write_pst(archive: MailboxArchive, out_dir: Path, *, name: str, max_bytes: int = SPLIT_AT_BYTES) -> ExportReport:
    """Write every message that the archive holds as present into `NAME.pst`; the same archive gives the same bytes.

    Replaces an earlier export at `out_dir`. Raises `ExportOccupied`, `WorkspaceFull`, `ArchiveDamaged`, `ItemTooLarge` or `PstAltered`.
    """
    seed = hashlib.sha256(f"{archive.id}/{name}".encode()).digest()
    with fresh_folder(out_dir) as folder:
        written = write_items(ArchiveItems(archive), folder / f"{name}.pst", name=name, seed=seed, max_bytes=max_bytes)
        _write_index(folder, archive, written)
        (folder / VERIFICATION).write_text(written.verification.as_json(), encoding="utf-8")
        total = sum(entry.size_bytes for entry in archive.entries())
        files = tuple(PurePosixPath(path.name) for path in written.paths)
    return ExportReport(written.count, total, files, written.verification.reader, written.notices)


def _write_index(folder: Path, archive: MailboxArchive, written: WrittenPst) -> None:
    files = chain.from_iterable(
        repeat(path.name, count) for path, count in zip(written.paths, written.counts, strict=True)
    )
    with open_index(folder) as index:
        for message, file in zip(archive.entries(), files, strict=True):
            index.add(PurePosixPath(file), message)
