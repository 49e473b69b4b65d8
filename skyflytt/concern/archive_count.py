"""What a mailbox archive tells about the messages themselves: malformed ones, and real duplicates."""

from __future__ import annotations

from collections import Counter

from skyflytt.concern.mailbox_facts import ArchiveFacts
from skyflytt.concern.sample import Sampling
from skyflytt.mail.archive import MailboxArchive
from skyflytt.mail.keys import message_key
from skyflytt.mail.port import FolderPath

NORMAL = frozenset(("bare-lf",))
"""How every message of a Maildir looks; nothing is wrong with it."""


def count_archive(archive: MailboxArchive) -> ArchiveFacts:
    """Count what the source still has; memory is that of the fingerprints of one folder."""
    concerns: Counter[str] = Counter()
    malformed, duplicates = Sampling(), Sampling()
    messages = duplicate_bytes = 0
    folder: FolderPath = ()
    seen: set[str] = set()
    for message in archive.entries():
        messages += 1
        if message.folder != folder:
            folder, seen = message.folder, set()
        key = message_key(folder, message.ref)
        concerns.update(message.concerns)
        if telling := [code for code in message.concerns if code not in NORMAL]:
            malformed.add(f"{key} ({', '.join(telling)})")
        if message.fingerprint in seen:
            duplicates.add(key)
            duplicate_bytes += message.size_bytes
        seen.add(message.fingerprint)
    return ArchiveFacts(
        messages, dict(sorted(concerns.items())), malformed.sample(), duplicates.sample(), duplicate_bytes
    )
