"""How much room the mailbox has left (QUOTA, RFC 9208), as far as the server tells."""

from __future__ import annotations

import re
from dataclasses import dataclass

from skyflytt.mail.imap.errors import ServerRefused, accepted, refusals
from skyflytt.mail.imap.session import Session, quoted

_RESOURCE = re.compile(r"(?i)\b(STORAGE|MESSAGE)\s+(\d+)\s+(\d+)")
_KB = 1024


@dataclass(frozen=True, slots=True)
class Room:
    """What may still come; None where there is no limit. The server has the last word: it may count otherwise, or allow a grace."""

    size_bytes: int | None = None
    messages: int | None = None
    words: str = ""
    limit_bytes: int | None = None
    """Of what `size_bytes` is left."""

    def takes(self, size_bytes: int, messages: int) -> bool:
        return (self.size_bytes is None or size_bytes <= self.size_bytes) and (
            self.messages is None or messages <= self.messages
        )

    def without(self, size_bytes: int, messages: int) -> Room:
        """What is left after so much more."""
        return Room(
            None if self.size_bytes is None else self.size_bytes - size_bytes,
            None if self.messages is None else self.messages - messages,
            self.words,
            self.limit_bytes,
        )


def room(session: Session, name: bytes) -> Room:
    """The narrowest limit of all that apply to the folder `name`."""
    if not session.can("QUOTA"):
        return Room()
    answers = session.imap.untagged_responses
    for kind in ("QUOTA", "QUOTAROOT"):
        answers.pop(kind, None)
    try:
        with refusals():
            accepted(session.imap.xatom("GETQUOTAROOT", quoted(name)))
    except ServerRefused:
        return Room()
    lines = answers.pop("QUOTA", [])
    answers.pop("QUOTAROOT", None)
    found = [
        (kind.upper(), int(used), int(limit))
        for line in lines
        if isinstance(line, bytes)
        for kind, used, limit in _RESOURCE.findall(line.decode("utf-8", "replace"))
    ]
    sizes = [((limit - used) * _KB, limit * _KB) for kind, used, limit in found if kind == "STORAGE"]
    left, limit_bytes = min(sizes) if sizes else (None, None)
    counts = [limit - used for kind, used, limit in found if kind == "MESSAGE"]
    units = {"STORAGE": "KB", "MESSAGE": "messages"}
    words = ", ".join(f"{used} of {limit} {units[kind]} used" for kind, used, limit in found)
    return Room(None if left is None else max(left, 0), max(min(counts), 0) if counts else None, words, limit_bytes)
