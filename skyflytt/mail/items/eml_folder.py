"""A tree of .eml, .msg, .ics and .vcf files as items: each directory is a folder."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
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
    """The files below `root`, in the order of their names; those of `root` itself lie in the inbox. Lists one directory at a time."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._kinds: dict[FolderPath, Counter[str]] = {}
        for path, at in _directories(root):
            if kinds := Counter(_kinds(at)):
                self._kinds[path] = self._kinds.get(path, Counter()) + kinds
        self._names = in_outlook(self._kinds)
        self._told = _index(root / INDEX)

    def folders(self) -> Sequence[ItemFolder]:
        known = ((name, self._kinds.get(path, Counter())) for path, name in self._names.items())
        return [ItemFolder(name, kinds.total(), _container_class(kinds)) for name, kinds in known]

    def items(self) -> Iterator[SourceItem]:
        for path, at in _directories(self._root):
            for file in _files(at):
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


def _directories(root: Path) -> Iterator[tuple[FolderPath, Path]]:
    """Every directory with the folder that it is, in the order of their names; `root` first."""
    for at, below, _ in os.walk(root):
        below.sort()
        yield Path(at).relative_to(root).parts or (INBOX_NAME,), Path(at)


def _files(directory: Path) -> Iterator[Path]:
    with os.scandir(directory) as entries:
        names = [entry.name for entry in entries if _is_item(entry.name) and entry.is_file()]
    names.sort()
    return (directory / name for name in names)


def _kinds(directory: Path) -> Iterator[str]:
    return (file.suffix.lower() for file in _files(directory))


def _is_item(name: str) -> bool:
    return name.lower().endswith(SUFFIXES)


def _container_class(kinds: Iterable[str]) -> str | None:
    classes = {_CONTAINER_CLASSES[kind] for kind in kinds}
    return classes.pop() if len(classes) == 1 else None


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
