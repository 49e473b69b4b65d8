"""Is every message there? The archive's set against the target's set, in both directions, by fingerprint and folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from skyflytt.mail.archive import ArchivedMessage
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.keys import folder_key
from skyflytt.mail.port import Fetched, FolderPath, MailTarget


@dataclass(frozen=True, slots=True)
class Comparison:
    """`missing` and `extra` are (folder, fingerprint) with how many too few or too many."""

    expected: int
    found: int
    missing: dict[tuple[str, str], int]
    extra: dict[tuple[str, str], int]


def compare(
    messages: Iterable[ArchivedMessage], target: MailTarget, place: Callable[[FolderPath], FolderPath]
) -> Comparison:
    """Compare the archive's present messages with everything that is at the target now."""
    expected = Counter((folder_key(place(message.folder)), message.fingerprint) for message in messages)
    found: Counter[tuple[str, str]] = Counter()
    for folder in target.folders():
        refs = target.refs(folder.path)
        for answer in target.fetch(folder.path, refs) if refs else ():
            if isinstance(answer, Fetched):
                found[folder_key(folder.path), fingerprint(answer.raw).fingerprint] += 1
    return Comparison(expected.total(), found.total(), dict(expected - found), dict(found - expected))
