"""What a mailbox knows about a message and its MIME does not say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    r"""`received` is aware (IMAP's INTERNALDATE); `flags` are IMAP's flags and keywords (`\Seen`, `\Flagged`, `$Forwarded`, `Invoices`).

    A message without `\Seen` is unread, one with `\Draft` unsent. `\Deleted` and `\Recent` say nothing about a message in a PST.
    """

    received: datetime | None = None
    flags: frozenset[str] = frozenset()
