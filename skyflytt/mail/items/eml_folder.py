"""A tree of .eml, .msg, .ics and .vcf files as items: each directory is a folder."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from skyflytt.errors.base import Failure
from skyflytt.mail.export.place import INDEX
from skyflytt.mail.items.folder_names import INBOX_NAME, in_outlook
from skyflytt.mail.items.source import ItemFolder, SourceItem
from skyflytt.mail.port import FolderPath
from skyflytt.outlook.errors import ItemDamaged
from skyflytt.outlook.items import from_icalendar, from_vcard
from skyflytt.outlook.mapi import Message
from skyflytt.outlook.mime import Delivery, from_mime

_CONTAINER_CLASSES = {".eml": "IPF.Note", ".msg": "IPF.Note", ".ics": "IPF.Appointment", ".vcf": "IPF.Contact"}
SUFFIXES = tuple(_CONTAINER_CLASSES)
# Outlook's own .msg files are compound files ([MS-CFB] 2.2); other programs give the name to RFC 5322 text.
_COMPOUND_FILE = bytes.fromhex("D0CF11E0A1B11AE1")
# An .eml file has no flags: unless an index beside it tells more, it counts as read.
_READ = Delivery(None, frozenset(("\\Seen",)))


class FileItems:
    """The files below `root`, in the order of their names; those of `root` itself lie in the inbox."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._files: dict[FolderPath, list[Path]] = {}
        for file in sorted(root.rglob("*")):
            if file.suffix.lower() in SUFFIXES and file.is_file():
                self._files.setdefault(file.relative_to(root).parts[:-1] or (INBOX_NAME,), []).append(file)
        self._names = in_outlook(self._files)
        self._told = _index(root / INDEX)

    def folders(self) -> Sequence[ItemFolder]:
        return [
            ItemFolder(name, len(self._files.get(path, ())), _container_class(self._files.get(path, ())))
            for path, name in self._names.items()
        ]

    def items(self) -> Iterator[SourceItem]:
        for path, files in self._files.items():
            for file in files:
                name = file.relative_to(self._root).as_posix()
                for message in self._read(file, name):
                    yield SourceItem(self._names[path], name, message)

    def _read(self, file: Path, name: str) -> Iterator[Message | Failure]:
        try:
            data = file.read_bytes()
        except OSError as error:
            yield ItemDamaged(name, error.strerror or str(error))
            return
        if data.startswith(_COMPOUND_FILE):
            yield ItemDamaged(
                name,
                "it is in Outlook's own message format; open it in Outlook and save it as .eml, or drag it into a PST",
            )
        elif file.suffix.lower() in (".eml", ".msg"):
            yield from_mime(data, self._told.get(name, _READ))
        else:
            yield from _beyond_mail(file, data)


def _beyond_mail(file: Path, data: bytes) -> Iterator[Message | Failure]:
    try:
        yield from from_icalendar(data) if file.suffix.lower() == ".ics" else from_vcard(data)
    except Failure as failure:
        yield failure


def _container_class(files: Sequence[Path]) -> str | None:
    kinds = {_CONTAINER_CLASSES[file.suffix.lower()] for file in files}
    return kinds.pop() if len(kinds) == 1 else None


def _index(file: Path) -> dict[str, Delivery]:
    """Times and flags from the index of one of our own exports; nothing where there is none, or another one."""
    if not file.is_file():
        return {}
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return {
                row["file"]: Delivery(datetime.fromisoformat(row["received"]), frozenset(row["flags"].split()))
                for row in csv.DictReader(lines)
            }
    except (KeyError, ValueError, TypeError, csv.Error):
        return {}
