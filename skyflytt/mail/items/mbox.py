"""One mbox file as a folder of items; a tree of them as a mailbox."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from skyflytt.mail.items.folder_names import in_outlook
from skyflytt.mail.items.source import ItemFolder, SourceItem
from skyflytt.mail.mboxrd import read_mbox
from skyflytt.mail.port import FolderPath
from skyflytt.outlook.mime import Delivery, from_mime

# What Pine, mutt, Dovecot and Thunderbird's importers write into the header of each message: the mbox format has no flags.
_STATUS = re.compile(rb"^(?:X-)?Status:[ \t]*([A-Za-z ]*)\r?$", re.I | re.M)
_FLAGS = {"R": "\\Seen", "A": "\\Answered", "F": "\\Flagged", "D": "\\Deleted", "T": "\\Draft"}


class MboxItems:
    """`files` are the mbox files with the folder that each one is."""

    def __init__(self, files: dict[FolderPath, Path]) -> None:
        self._files = files
        self._names = in_outlook(files)
        self._counts = {path: sum(1 for _ in read_mbox(file)) for path, file in files.items()}

    def folders(self) -> Sequence[ItemFolder]:
        return [ItemFolder(name, self._counts.get(path, 0)) for path, name in self._names.items()]

    def items(self) -> Iterator[SourceItem]:
        for path, file in self._files.items():
            for number, raw in enumerate(read_mbox(file), start=1):
                message = from_mime(raw, Delivery(None, flags_of(raw)))
                yield SourceItem(self._names[path], f"{file.name}, message {number}", message)


def flags_of(raw: bytes) -> frozenset[str]:
    """The flags that the headers Status and X-Status tell; without either, the message counts as read."""
    header = raw.partition(b"\r\n\r\n" if b"\r\n" in raw[:1000] else b"\n\n")[0]
    told = _STATUS.findall(header)
    if not told:
        return frozenset(("\\Seen",))
    letters = b"".join(told).decode("ascii").upper()
    return frozenset(flag for letter, flag in _FLAGS.items() if letter in letters)
