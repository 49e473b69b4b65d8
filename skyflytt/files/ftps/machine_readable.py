"""Entries as MLSD and MLST tell them (RFC 3659, section 7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from skyflytt.errors.files import PathMissing, PathRefused
from skyflytt.files.ftps.listing import read_line, read_listing
from skyflytt.files.ftps.session import Session
from skyflytt.files.port import Entry, EntryKind
from skyflytt.files.walk import Listed


@dataclass(frozen=True, slots=True)
class MachineReadable:
    """One command for a folder, one for an entry."""

    session: Session

    def folder(self, path: str) -> Sequence[Listed]:
        return read_listing(path, self.session.received(f"MLSD {self.session.at(path)}", path))

    def names(self, path: str) -> Iterable[str]:
        return (found.name for found in self.folder(path))

    def entry(self, path: str) -> Entry | None:
        try:
            answer = self.session.send("MLST", path)
        except PathMissing:
            return None
        except PathRefused:
            if self._is_missing(path):
                return None
            raise
        facts = next((line for line in answer.split("\n")[1:] if line.startswith(" ")), "")
        _, listed = read_line(path, facts[1:].encode("latin-1"))
        return Entry(path, listed.kind, listed.size_bytes if listed.kind is EntryKind.FILE else 0, listed.modified)

    def _is_missing(self, path: str) -> bool:
        """ProFTPD says no more than "cannot be listed" of what is not there; asked for its size, it says which it is."""
        try:
            self.session.send("SIZE", path)
        except (PathMissing, PathRefused) as failure:
            return isinstance(failure, PathMissing)
        return False
