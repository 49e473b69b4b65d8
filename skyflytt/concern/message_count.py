"""Counts a mailbox from its source's listings, folder by folder; no payload is asked for but those of a small sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic

from skyflytt.concern.largest import Largest
from skyflytt.concern.mailbox_facts import FolderFacts, MailboxFacts, TargetFacts
from skyflytt.concern.measured import Measured
from skyflytt.concern.reading import MOST_MESSAGE_BYTES, MOST_READ, Chosen, read_messages
from skyflytt.concern.sample import Reservoir, Sample, Sampling
from skyflytt.errors.base import Permanent
from skyflytt.mail.keys import message_key
from skyflytt.mail.port import Folder, FolderPath, MailSource, MessageEntry

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class MessageCount:
    """The count of one mailbox. What was received after `recent_since` tells how much a delta pass will find."""

    mailbox: str
    target: TargetFacts
    large_limit_bytes: int
    excluded: Callable[[FolderPath], bool]
    recent_since: datetime
    _folders: list[FolderFacts] = field(default_factory=list)
    _large: Sampling = field(default_factory=Sampling)
    _largest: Largest = field(default_factory=Largest)
    _chosen: Reservoir[Chosen] = field(default_factory=lambda: Reservoir(MOST_READ))
    _oldest: datetime | None = None
    _newest: datetime | None = None
    _recent: int = 0
    _recent_bytes: int = 0
    _listed: int = 0
    _seconds: float = 0.0

    def run(self, source: MailSource, progress: Callable[[int, int], None]) -> MailboxFacts:
        """Count the whole mailbox; a folder that is refused is counted as the server says and named in the facts.

        Raises `Transient` when the source is away and `NeedsPerson` when its account needs somebody.
        """
        folders = source.folders()
        total, done = sum(folder.message_count for folder in folders), 0
        for folder in folders:
            self._folders.append(self._folder(source, folder))
            done += folder.message_count
            progress(min(done, total), total)
        read = read_messages(source, self._chosen.chosen)
        measured = Measured(
            self._listed, self._seconds, read.messages, read.size_bytes, read.seconds, read.streams, read.built
        )
        return self._facts(measured, read.protected)

    def _folder(self, source: MailSource, folder: Folder) -> FolderFacts:
        left = self.excluded(folder.path)
        started = monotonic()
        try:
            entries = source.changes(folder.path, None).entries
        except Permanent as failure:
            size = folder.size_bytes or 0
            return FolderFacts(folder.path, folder.role, folder.message_count, size, left, failure.code, folder.kind)
        self._seconds += monotonic() - started
        self._listed += len(entries)
        if not left:
            self._take(folder.path, entries)
        size = sum(entry.size_bytes for entry in entries)
        return FolderFacts(folder.path, folder.role, len(entries), size, left, kind=folder.kind)

    def _take(self, folder: FolderPath, entries: Sequence[MessageEntry]) -> None:
        for entry in entries:
            key = message_key(folder, entry.ref)
            self._largest.offer(key, entry.size_bytes)
            if entry.size_bytes > self.large_limit_bytes:
                self._large.add(key)
            if entry.size_bytes <= MOST_MESSAGE_BYTES:
                self._chosen.offer((folder, entry))
            self._date(entry)

    def _date(self, entry: MessageEntry) -> None:
        if entry.received == EPOCH:  # a server that does not know
            return
        self._oldest = min(self._oldest or entry.received, entry.received)
        self._newest = max(self._newest or entry.received, entry.received)
        if entry.received >= self.recent_since:
            self._recent += 1
            self._recent_bytes += entry.size_bytes

    def _facts(self, measured: Measured, protected: Mapping[str, Sample]) -> MailboxFacts:
        return MailboxFacts(
            mailbox=self.mailbox,
            folders=tuple(self._folders),
            target=self.target,
            large_limit_bytes=self.large_limit_bytes,
            large=self._large.sample(),
            largest=self._largest.descending(),
            oldest=self._oldest,
            newest=self._newest,
            recent_messages=self._recent,
            recent_bytes=self._recent_bytes,
            measured=measured,
            protected=protected,
        )
