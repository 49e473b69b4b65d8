"""A mailbox that is looked at until a letter arrives there; only what came since the watch began is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from skyflytt.mail.port import FetchFailure, FolderPath, FolderRole, MailSource

LOOKED_IN = (FolderRole.INBOX, FolderRole.JUNK)
INBOX: FolderPath = ("INBOX",)
NEWEST = 500
"""As many are read at most: a folder that its server numbered anew looks new as a whole."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where a letter lies. `raw` is as it arrived."""

    folder: FolderPath
    ref: str
    raw: bytes
    junk: bool


class Watch:
    """Begins when it is made: what lies in the inbox and in the junk folder then is not looked at.

    The mailbox may be closed and opened again between looks. Raises `Transient` when the server is away, `NeedsPerson` when the account
    needs somebody.
    """

    def __init__(self, mailbox: MailSource) -> None:
        self._known: dict[FolderPath, set[str]] = {}
        self._tokens: dict[FolderPath, str | None] = {}
        for folder in _folders(mailbox):
            self._known[folder] = set(self._arrived(mailbox, folder))

    def look(self, mailbox: MailSource, is_it: Callable[[bytes], bool]) -> Found | None:
        """The first new message that it is."""
        for folder, junk in _folders(mailbox).items():
            known = self._known.setdefault(folder, set())
            new = [ref for ref in self._arrived(mailbox, folder) if ref not in known][-NEWEST:]
            for come in mailbox.fetch(folder, new) if new else ():
                if isinstance(come, FetchFailure):
                    continue
                known.add(come.ref)
                if is_it(come.raw):
                    return Found(folder, come.ref, come.raw, junk)
        return None

    def _arrived(self, mailbox: MailSource, folder: FolderPath) -> list[str]:
        """All refs at first, then only those that a server that keeps count names as new."""
        changes = mailbox.changes(folder, self._tokens.get(folder))
        self._tokens[folder] = changes.token
        return [entry.ref for entry in changes.entries]


def _folders(mailbox: MailSource) -> dict[FolderPath, bool]:
    """Those that are looked in; whether each is for junk."""
    found = {one.path: one.role is FolderRole.JUNK for one in mailbox.folders() if one.role in LOOKED_IN}
    return {INBOX: False} | found
