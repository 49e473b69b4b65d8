"""A mailbox as one mbox file per folder, in the mboxrd variant (RFC 4155 gives the frame): `>*From ` lines get one more `>`.

A message that does not end in a line end gets one: the format cannot do without. All other bytes come back as they were.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path, PurePosixPath

from skyflytt.errors.mail import ExportAltered
from skyflytt.mail.archive import ArchivedMessage, MailboxArchive
from skyflytt.mail.export.index import Index, open_index
from skyflytt.mail.export.names import FolderNames
from skyflytt.mail.export.place import fresh_folder
from skyflytt.mail.export.report import ExportReport
from skyflytt.mail.mboxrd import read_mbox

_QUOTE = re.compile(rb"^(>*From )", re.M)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def write_mbox(archive: MailboxArchive, out_dir: Path) -> ExportReport:
    """Write every message that the archive holds as present; raises as `write_eml`."""
    names = FolderNames(".mbox")
    files: list[PurePosixPath] = []
    count = total = 0
    with fresh_folder(out_dir) as folder:
        with open_index(folder) as index:
            for path, messages in groupby(archive.entries(), key=lambda message: message.folder):
                *above, last = names.of(path)
                files.append(PurePosixPath(*above, f"{last}.mbox"))
                added = _write_folder(folder, files[-1], archive, messages, index)
                count, total = count + added[0], total + added[1]
        _verify(folder, files, archive)
    return ExportReport(count, total, tuple(files))


def _write_folder(
    folder: Path, file: PurePosixPath, archive: MailboxArchive, messages: Iterator[ArchivedMessage], index: Index
) -> tuple[int, int]:
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    count = total = 0
    with (folder / file).open("xb") as out:
        for message in messages:
            raw = archive.payload(message.digest)
            out.write(f"From MAILER-DAEMON {_asctime(message.received)}\n".encode())
            out.write(_QUOTE.sub(rb">\1", _ended(raw)) + b"\n")
            index.add(file, message)
            count, total = count + 1, total + len(raw)
    return count, total


def _ended(raw: bytes) -> bytes:
    return raw if raw.endswith(b"\n") else raw + b"\n"


def _asctime(when: datetime) -> str:
    """RFC 4155 wants UTC and English names, whatever the locale of this machine."""
    utc = when.astimezone(UTC)
    return f"{_DAYS[utc.weekday()]} {_MONTHS[utc.month - 1]} {utc.day:2} {utc:%H:%M:%S} {utc.year:04}"


def _verify(folder: Path, files: list[PurePosixPath], archive: MailboxArchive) -> None:
    expected = archive.entries()
    for file in files:
        for raw in read_mbox(folder / file):
            message = next(expected, None)
            if message is None or raw != _ended(archive.payload(message.digest)):
                raise ExportAltered(str(file), "a message does not read back as it was archived")
    if next(expected, None) is not None:
        raise ExportAltered(str(folder), "messages are missing at its end")
