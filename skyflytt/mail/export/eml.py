"""A mailbox as a tree of .eml files (RFC 5322 text, byte for byte as archived) with an index.csv."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath

from skyflytt.errors.mail import ExportAltered
from skyflytt.mail.archive import ArchivedMessage, MailboxArchive
from skyflytt.mail.export.index import open_index
from skyflytt.mail.export.names import FolderNames, message_name
from skyflytt.mail.export.place import fresh_folder
from skyflytt.mail.export.report import ExportReport


def write_eml(archive: MailboxArchive, out_dir: Path) -> ExportReport:
    """Write every message that the archive holds as present; folders without messages are not made.

    Replaces an earlier export at `out_dir`. Raises `ExportOccupied`, `WorkspaceFull`, `ArchiveDamaged` or `ExportAltered`.
    """
    names = FolderNames(".eml")
    written: list[tuple[PurePosixPath, str]] = []
    total = 0
    with fresh_folder(out_dir) as folder:
        with open_index(folder) as index:
            for message in archive.entries():
                file = PurePosixPath(*names.of(message.folder), message_name(message))
                total += _write(folder / file, archive, message)
                index.add(file, message)
                written.append((file, message.digest))
        _verify(folder, written)
    return ExportReport(len(written), total, tuple(file for file, _ in written))


def _write(path: Path, archive: MailboxArchive, message: ArchivedMessage) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        return file.write(archive.payload(message.digest))


def _verify(folder: Path, written: list[tuple[PurePosixPath, str]]) -> None:
    found = sum(1 for _ in folder.rglob("*.eml"))
    if found != len(written):
        raise ExportAltered(str(folder), f"{len(written)} messages were written, {found} are there")
    for file, digest in written:
        if hashlib.sha256((folder / file).read_bytes()).hexdigest() != digest:
            raise ExportAltered(str(file), "its bytes are not those of the archive")
