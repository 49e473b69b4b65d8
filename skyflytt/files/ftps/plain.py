"""Entries where a server has no MLSD: LIST as vsftpd and IIS write it, times by MDTM, and what an entry is by SIZE and CWD.

The lines of LIST are for people (RFC 959, section 4.1.3): their times are cut off, and they are answered with nothing for a folder that
is not there. So a folder is gone into before it is listed, which also keeps `*` and `[` in its name from being taken for a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from skyflytt.errors.files import PathMissing, PathRefused
from skyflytt.files.ftps.client import words
from skyflytt.files.ftps.listing import EPOCH, read_time
from skyflytt.files.ftps.session import Session
from skyflytt.files.paths import decode, is_utf8
from skyflytt.files.port import Entry, EntryKind
from skyflytt.files.walk import Listed, Unlisted

_UNIX = re.compile(
    rb"([-a-z])\S{9}\S? +\d+ +\S+ +\S+ +(\d+|\d+, +\d+) [A-Z][a-z]{2} +\d+ +(?:\d?\d:\d\d|\d{4}) (.*)", re.DOTALL
)
_DOS = re.compile(rb"\d\d-\d\d-\d{2,4} +\d\d:\d\d(?:AM|PM)? +(<DIR>|<JUNCTION>|<SYMLINKD?>|\d+) +(.*)", re.DOTALL)
_UNIX_KINDS = {b"-": EntryKind.FILE, b"d": EntryKind.FOLDER, b"l": EntryKind.SYMLINK}
_TOTAL = re.compile(rb"total \d+")


@dataclass(frozen=True, slots=True)
class Plain:
    """`unix`: the server calls itself so (SYST), and takes `-a` for "the hidden ones too"."""

    session: Session
    unix: bool

    def folder(self, path: str) -> Sequence[Listed | Unlisted]:
        return self._with_times(path, self._lines(path))

    def names(self, path: str) -> Iterable[str]:
        return (found.name for found in self._lines(path))

    def _lines(self, path: str) -> list[Listed]:
        try:
            self.session.send("CWD", path)
        except PathRefused as refused:
            raise self._why_not(path, refused) from refused
        return list(read_lines(path, self.session.received("LIST -a" if self.unix else "LIST", path)))

    def entry(self, path: str) -> Entry | None:
        try:
            size = words(self.session.send("SIZE", path)).split()[-1]
        except (PathMissing, PathRefused):
            return Entry(path, EntryKind.FOLDER, 0, EPOCH) if self._is_folder(path) else None
        modified = read_time(words(self.session.send("MDTM", path)).split()[-1])
        return Entry(path, EntryKind.FILE, int(size), modified)

    def _is_folder(self, path: str) -> bool:
        try:
            self.session.send("CWD", path)
        except (PathMissing, PathRefused):
            return False
        return True

    def _why_not(self, path: str, refused: PathRefused) -> PathRefused | PathMissing:
        """The server says the same of a folder that is not there and of one that may not be opened; the folder above knows."""
        above, _, name = path.rpartition("/")
        if not path or not self._is_folder(above):
            return PathMissing(refused.item, refused.detail)
        self.session.send("CWD", above)
        lines = read_lines(above, self.session.received("LIST -a" if self.unix else "LIST", above))
        return refused if any(found.name == name for found in lines) else PathMissing(refused.item, refused.detail)

    def _with_times(self, folder: str, listed: list[Listed]) -> list[Listed | Unlisted]:
        asked = [one for one in listed if one.kind is EntryKind.FILE and is_utf8(one.name)]
        times = self.session.send_each([f"MDTM {self.session.at(f'{folder}/{one.name}'.lstrip('/'))}" for one in asked])
        told: dict[str, Listed | Unlisted] = {}
        for one, answer in zip(asked, times, strict=True):
            if isinstance(answer, str):
                told[one.name] = replace(one, modified=read_time(words(answer).split()[-1]))
            else:
                told[one.name] = Unlisted(one.name, PathRefused(one.name, words(answer)))
        return [told.get(one.name, one) for one in listed]


def read_lines(folder: str, lines: bytes) -> Iterable[Listed]:
    """The entries of an answer to LIST, with the epoch as their time. Raises `PathRefused` for a line that is of neither kind."""
    for line in lines.split(b"\r\n"):
        if not line or _TOTAL.fullmatch(line):
            continue
        found = _unix(line) or _dos(line)
        if found is None:
            raise PathRefused(folder or "/", f"the server lists a line that is not understood: {line[:80]!r}")
        if found.name not in (".", ".."):
            yield found


def _unix(line: bytes) -> Listed | None:
    found = _UNIX.fullmatch(line)
    if found is None:
        return None
    kind = _UNIX_KINDS.get(found[1], EntryKind.OTHER)
    name = found[3].partition(b" -> ")[0] if kind is EntryKind.SYMLINK else found[3]
    return Listed(decode(name), kind, int(found[2]) if kind is EntryKind.FILE else 0, EPOCH)


def _dos(line: bytes) -> Listed | None:
    found = _DOS.fullmatch(line)
    if found is None:
        return None
    kind = EntryKind.FILE if found[1].isdigit() else EntryKind.FOLDER if found[1] == b"<DIR>" else EntryKind.SYMLINK
    return Listed(decode(found[2]), kind, int(found[1]) if kind is EntryKind.FILE else 0, EPOCH)
