"""An archive's messages as the ledger's listing, with what could not be fetched or was left out among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from skyflytt.errors.mail import NotArchived
from skyflytt.ledger import items
from skyflytt.ledger.items import Seen
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.listing import LeftOut, Listed, Unreadable
from skyflytt.ledger.schema import State
from skyflytt.ledger.versions import with_edits
from skyflytt.ledger.workloads import Workload
from skyflytt.mail.archive import ArchivedMessage
from skyflytt.mail.keys import folder_key

EXCLUDED = "mail.folder-excluded"
SHOWN_ELSEWHERE = "mail.shown-elsewhere", "The server shows it here once more; it moves with the folder that it is in."

_FOLDERS = 1_000
"""Folders whose keys are kept at hand while a listing is made."""
_FLAGS = 1_000
"""Sets of flags whose text is kept at hand: a mailbox has few."""


def by_key(messages: Iterable[ArchivedMessage]) -> dict[str, ArchivedMessage]:
    """The messages by their key in the ledger; some 700 bytes each, without their payload."""
    key_of = lru_cache(maxsize=_FOLDERS)(folder_key)
    return {f"{key_of(message.folder)}/{message.ref}": message for message in messages}


def in_order(archived: Mapping[str, ArchivedMessage], others: Iterable[Listed]) -> list[Listed]:
    """The listing, sorted as the ledger's merge-join wants it. What is left out now may have been archived before."""
    listed: dict[str, Listed] = {key: _seen(key, message) for key, message in archived.items()}
    listed.update((other.key, other) for other in others)
    return [listed[key] for key in sorted(listed)]


def not_archived(ledger: Ledger, archive_workload: Workload) -> list[Listed]:
    """What the archive pass left out or could not have, as listed for the passes that are fed from the archive."""
    listed: list[Listed] = []
    for item in items.stream(ledger, archive_workload, State.SKIPPED, State.FAILED):
        if item.state is State.SKIPPED:
            seen = Seen(item.key, item.version, item.size_bytes, item.container, item.identity)
            listed.append(LeftOut(seen, item.code or "", item.detail or ""))
        else:
            listed.append(Unreadable(item.key, NotArchived(item.key, item.detail or item.code or "")))
    return listed


@lru_cache(maxsize=_FLAGS)
def version_of(flags: frozenset[str], edits: int) -> str:
    """What changes when a message in a folder does: its flags, and how often it was edited."""
    return with_edits(" ".join(sorted(flags)), edits)


def _seen(key: str, message: ArchivedMessage) -> Seen:
    container = key[: -len(message.ref) - 1]
    return Seen(key, version_of(message.flags, message.edits), message.size_bytes, container, message.fingerprint)
