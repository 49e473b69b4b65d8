"""The table of contents beside an export."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TextIO

from skyflytt.mail.archive import ArchivedMessage
from skyflytt.mail.export.place import INDEX

_HEADER = ("file", "folder", "subject", "sent", "received", "flags", "message_id", "bytes", "sha256", "concerns", "way")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Index:
    """Writes one row per message; UTF-8 with a byte order mark, so that Excel shows å."""

    def __init__(self, file: TextIO) -> None:
        self._writer = csv.writer(file)
        self._writer.writerow(_HEADER)

    def add(self, file: PurePosixPath, message: ArchivedMessage) -> None:
        self._writer.writerow(
            _harmless(cell)
            for cell in (
                str(file),
                "/".join(message.folder),
                message.subject,
                message.sent.isoformat() if message.sent else "",
                message.received.isoformat(),
                " ".join(sorted(message.flags)),
                message.message_id or "",
                str(message.size_bytes),
                message.digest,
                " ".join(message.concerns),
                message.way.value if message.way else "",
            )
        )


@contextmanager
def open_index(folder: Path) -> Iterator[Index]:
    with (folder / INDEX).open("w", encoding="utf-8-sig", newline="") as file:
        yield Index(file)


def _harmless(cell: str) -> str:
    """A spreadsheet must not run a subject as a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
