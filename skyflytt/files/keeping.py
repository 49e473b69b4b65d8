"""A source whose symbolic links are kept as links, as far as they stay inside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from skyflytt.errors.base import Permanent
from skyflytt.files.forwarding import Forwarding
from skyflytt.files.links import read_link
from skyflytt.files.port import Entry, EntryKind, ScanFailure
from skyflytt.files.symlinks import LEADS_OUT, inside


class Keeping(Forwarding):
    """Its scan tells what each link says. One that leads out is marked, and is nothing that the target should have."""

    def scan(self, below: str = "") -> Iterator[Entry | ScanFailure]:
        for one in self._store.scan(below):
            yield self._told(one) if isinstance(one, Entry) and one.kind is EntryKind.SYMLINK else one

    def _told(self, entry: Entry) -> Entry | ScanFailure:
        try:
            link = read_link(self._store, entry.path)
        except Permanent as failure:
            return ScanFailure(entry.path, failure)
        return replace(entry, link=link, why="" if inside(entry.path, link) is not None else LEADS_OUT)
