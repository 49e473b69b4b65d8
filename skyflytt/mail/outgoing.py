"""Messages on their way out of the archive: what is to be written of each, and how a copy agrees with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from skyflytt.ledger.items import Item
from skyflytt.ledger.schema import Verified
from skyflytt.mail.archive import ArchivedMessage, MailboxArchive
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.port import NewMessage
from skyflytt.mail.written import ReadBack


@dataclass(frozen=True, slots=True)
class Outgoing:
    """`archived` are the archive's present messages by their key in the ledger; `streams` says whether the target takes them."""

    archive: MailboxArchive
    archived: Mapping[str, ArchivedMessage]
    streams: bool

    def message(self, item: Item) -> NewMessage:
        """What is to be written. Raises `ArchiveDamaged`."""
        message = self.archived[item.key]
        raw = self.archive.payload(message.digest)
        stream = self.archive.stream(message) if self.streams else None
        return NewMessage(raw, message.flags, message.received, stream)

    def has_stream(self, item: Item) -> bool:
        """Whether more is written than the message in MIME."""
        return self.streams and self.archived[item.key].stream is not None

    def digest(self, item: Item) -> str:
        return self.archived[item.key].digest

    def flags(self, item: Item) -> frozenset[str]:
        return self.archived[item.key].flags

    def compared(self, put: Mapping[str, Item], read_back: Mapping[str, ReadBack]) -> dict[str, Verified]:
        """How each copy agrees with the archive; those that do not are left out."""
        compared = {}
        for ref, copy in read_back.items():
            message = self.archived[put[ref].key]
            if copy.digest == message.digest:
                compared[ref] = Verified.BYTES
            elif copy.fingerprint == message.fingerprint or self._fingerprint_now(message) == copy.fingerprint:
                compared[ref] = Verified.FINGERPRINT
        return compared

    def _fingerprint_now(self, message: ArchivedMessage) -> str:
        """The recipe of fingerprints may have changed since the message was archived."""
        return fingerprint(self.archive.payload(message.digest)).fingerprint
