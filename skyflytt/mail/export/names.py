"""File and folder names that are legal on every system, deterministic and free of collisions."""

from __future__ import annotations

import hashlib
import re
from unicodedata import normalize

from skyflytt.mail.archive import ArchivedMessage
from skyflytt.mail.port import FolderPath

MAX_NAME_BYTES = 120
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u2028\u2029\u202a-\u202e]+')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?\Z")


class FolderNames:
    """The path below the export that each folder gets; folders that differ only in case or in forbidden characters stay apart."""

    def __init__(self, suffix: str = "") -> None:
        self._suffix = suffix
        self._taken: dict[str, FolderPath] = {}
        self._given: dict[FolderPath, tuple[str, ...]] = {}

    def of(self, folder: FolderPath) -> tuple[str, ...]:
        if folder not in self._given:
            above = self.of(folder[:-1]) if len(folder) > 1 else ()
            self._given[folder] = (*above, self._free(above, folder))
        return self._given[folder]

    def _free(self, above: tuple[str, ...], folder: FolderPath) -> str:
        name = safe(folder[-1], MAX_NAME_BYTES - 20)
        if "/".join((*above, name)).casefold() in self._taken or self._looks_like_a_file(name):
            name = f"{name}~{_short_hash(*folder)}"
        self._taken["/".join((*above, name)).casefold()] = folder
        return name

    def _looks_like_a_file(self, name: str) -> bool:
        return name.casefold() == "index.csv" or (bool(self._suffix) and name.casefold().endswith(self._suffix))


def message_name(message: ArchivedMessage) -> str:
    """ "2024-05-17 0930 Offert.~1a2b3c4d5e.eml"; the hash of folder and ref keeps equal subjects apart."""
    when = (message.sent or message.received).strftime("%Y-%m-%d %H%M")
    tail = f"~{_short_hash(*message.folder, message.ref)}.eml"
    room = MAX_NAME_BYTES - len(f"{when} {tail}".encode())
    subject = safe(message.subject, room) if message.subject.strip() else "-"
    return f"{when} {subject}{tail}"


def safe(name: str, max_bytes: int) -> str:
    """The name without what some system forbids, cut to whole characters within `max_bytes`; never empty, `.` or `..`."""
    kept = _cut(_FORBIDDEN.sub("_", normalize("NFC", name)).strip(), max_bytes).rstrip(". ")
    if not kept:
        return "_"
    return f"_{kept}" if kept.startswith(".") or _RESERVED.match(kept) else kept


def _cut(text: str, max_bytes: int) -> str:
    return text.encode("utf-8", "replace")[:max_bytes].decode("utf-8", "ignore")


def _short_hash(*texts: str) -> str:
    return hashlib.sha256("\x1f".join(texts).encode("utf-8", "replace")).hexdigest()[:12]
