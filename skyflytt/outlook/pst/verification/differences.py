"""What was found to differ, in words that name the item and the property and show nobody's letters."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from skyflytt.outlook.mapi import Property, Value, tags
from skyflytt.outlook.pst.reading import FolderPath

_SHORT = 60
_NAMES = {number: name for name, number in vars(tags).items() if isinstance(number, int)}
_LETTERS = frozenset({tags.BODY, tags.HTML, tags.RTF_COMPRESSED, tags.TRANSPORT_MESSAGE_HEADERS, tags.REPORT_TEXT})


@dataclass(frozen=True, slots=True)
class Difference:
    """`where` is the part of the item ("", "recipient 3", "attachment 1, attachment 2"), `what` the property or count."""

    folder: FolderPath
    position: int
    subject: str
    where: str
    what: str
    meant: str
    found: str

    def __str__(self) -> str:
        item = "/".join(self.folder) + f", item {self.position} ({self.subject!r})" * bool(self.position)
        part = f", {self.where}" if self.where else ""
        return f"{item}{part}: {self.what} is {self.found}, meant was {self.meant}"


@dataclass(frozen=True, slots=True)
class FolderCount:
    path: FolderPath
    meant: int
    found: int


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome: `differences` are the first ones, `difference_count` is of all. `reader` names who read the files.

    `oversized` counts the objects with a value above 128 MiB: libpff refuses them, so that the package's own reader read them.
    """

    folders: tuple[FolderCount, ...]
    differences: tuple[Difference, ...]
    difference_count: int
    reader: str
    oversized: int = 0

    @property
    def meant(self) -> int:
        return sum(folder.meant for folder in self.folders)

    @property
    def found(self) -> int:
        return sum(folder.found for folder in self.folders)

    def as_json(self) -> str:
        return json.dumps(
            {
                "reader": self.reader,
                "oversized": self.oversized,
                "meant": self.meant,
                "found": self.found,
                "difference_count": self.difference_count,
                "folders": [
                    {"path": list(folder.path), "meant": folder.meant, "found": folder.found} for folder in self.folders
                ],
                "differences": [str(difference) for difference in self.differences],
            },
            ensure_ascii=False,
            indent=1,
        )


def property_name(key: Property) -> str:
    """ "SUBJECT 0x0037001F", or a named property's set and name."""
    if not isinstance(key, int):
        name = f"{key.name:#06x}" if isinstance(key.name, int) else repr(key.name)
        return f"{name} of {{{key.set}}}, type {key.type:#06x}"
    return f"{_NAMES.get(key, 'property')} {key:#010x}"


def shown(key: Property, value: Value | None) -> str:
    """The value, shortened; of letters and bytes only their length and digest."""
    if value is None:
        return "not there"
    if isinstance(value, bytes):
        return f"{len(value)} bytes with SHA-256 {hashlib.sha256(value).hexdigest()[:16]}…"
    if isinstance(value, str) and key in _LETTERS:
        digest = hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
        return f"{len(value)} characters with SHA-256 {digest[:16]}…"
    text = ascii(value) if isinstance(value, float) else repr(value)
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}… ({len(text)} characters)"
