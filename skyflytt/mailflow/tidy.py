"""Letters are removed again where a mailbox was made for them; anything else in it stays."""

from __future__ import annotations

from collections.abc import Collection

from skyflytt.errors.mail import FolderRefused
from skyflytt.mail.port import Fetched, MailTarget
from skyflytt.mailflow.letter import is_letter
from skyflytt.mailflow.watch import INBOX, LOOKED_IN, NEWEST


def remove_letters(mailbox: MailTarget, tokens: Collection[str]) -> int:
    """Remove the letters with these tokens from the inbox and the junk folder, those of a run that was killed too; how many."""
    folders = {INBOX} | {one.path for one in mailbox.folders() if one.role in LOOKED_IN}
    removed = 0
    for folder in sorted(folders):
        try:
            refs = mailbox.refs(folder)[-NEWEST:]
        except FolderRefused:
            continue
        found = [
            come.ref
            for come in mailbox.fetch(folder, refs)
            if isinstance(come, Fetched) and any(is_letter(come.raw, token) for token in tokens)
        ]
        if found:
            mailbox.delete(folder, found)
        removed += len(found)
    return removed
