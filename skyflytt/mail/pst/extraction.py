"""Everything that can be read of a PST file, as .eml files in a folder."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from skyflytt.errors.mail import ExportOccupied
from skyflytt.mail.archive import ArchivedMessage
from skyflytt.mail.export.index import open_index
from skyflytt.mail.export.names import FolderNames, message_name
from skyflytt.mail.export.place import fresh_folder
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.port import FolderPath
from skyflytt.outlook.errors import ExtractionRefused, ItemDamaged
from skyflytt.outlook.mapi import Message
from skyflytt.outlook.mime.outbound import delivery_of, to_mime
from skyflytt.outlook.pst.reading import PstReader, Read

TOP, OUTSIDE, ORPHANS, RECOVERED = "Top of the mailbox", "Outside the mailbox", "Orphans", "Recovered"
UNREADABLE = "unreadable.csv"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Extraction:
    """`lost` names everything that could not be read, wholly or in part; `counts` are the messages written, by folder."""

    counts: dict[FolderPath, int] = field(default_factory=dict)
    bytes: int = 0
    lost: list[ItemDamaged] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(self.counts.values())


def extract(reader: PstReader, out_dir: Path, *, recover: bool = False) -> Extraction:
    """Write one .eml per message, an index, and a list of what could not be read, if anything.

    `recover` looks through the space that the file has given up, too. An earlier extraction at `out_dir` is replaced. Raises
    `ExtractionRefused` and `WorkspaceFull`.
    """
    try:
        with fresh_folder(out_dir) as folder:
            extraction = _write_all(reader, folder, recover)
            _name_the_lost(folder, extraction.lost)
    except ExportOccupied as occupied:
        raise ExtractionRefused(str(out_dir), occupied.detail) from occupied
    except OSError as error:
        raise ExtractionRefused(str(out_dir), error.strerror or str(error)) from error
    return extraction


def _write_all(reader: PstReader, folder: Path, recover: bool) -> Extraction:
    extraction = Extraction(lost=list(reader.damaged_folders()))
    names = FolderNames(".eml")
    with open_index(folder) as index:
        for number, (path, (nid, read)) in enumerate(_everything(reader, recover)):
            if isinstance(read, ItemDamaged):
                extraction.lost.append(read)
                continue
            raw = to_mime(read)
            # Recovered messages may have equal NIDs: the number tells their files apart.
            entry = _entry(path, f"{nid:x}.{number}", read, raw)
            file = PurePosixPath(*names.of(path), message_name(entry))
            _write(folder / file, raw)
            index.add(file, entry)
            extraction.counts[path] = extraction.counts.get(path, 0) + 1
            extraction.bytes += len(raw)
    return extraction


def _everything(reader: PstReader, recover: bool) -> Iterator[tuple[FolderPath, Read]]:
    for folder in reader.folders():
        yield from ((folder.path or (TOP,), read) for read in reader.messages(folder))
    for folder in reader.outside():
        yield from (((OUTSIDE, *folder.path), read) for read in reader.messages(folder))
    yield from (((ORPHANS,), read) for read in reader.orphans())
    if recover:
        yield from (((RECOVERED,), read) for read in reader.recovered())


def _write(file: Path, raw: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("xb") as out:
        out.write(raw)


def _entry(path: FolderPath, ref: str, message: Message, raw: bytes) -> ArchivedMessage:
    known, delivery = fingerprint(raw), delivery_of(message)
    return ArchivedMessage(
        folder=path,
        ref=ref,
        flags=delivery.flags,
        received=delivery.received or _NEVER,
        fingerprint=known.fingerprint,
        digest=known.digest,
        size_bytes=len(raw),
        gone_at=None,
        subject=known.subject,
        message_id=known.message_id,
        sent=known.sent,
        concerns=known.concerns,
    )


def _name_the_lost(folder: Path, lost: list[ItemDamaged]) -> None:
    if lost:
        with (folder / UNREADABLE).open("w", encoding="utf-8-sig", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("item", "why"))
            rows.writerows((failure.item, failure.detail) for failure in lost)
