"""More folders than mail programs like."""

from __future__ import annotations

from skyflytt.concern.mailbox_facts import FolderFacts
from tests.concern.given import facts, found, mailbox


def test_above_500() -> None:
    folders = tuple(FolderFacts((f"Projekt {number}",), None, number % 2, 10) for number in range(501))
    (concern,) = found("mail_many_folders", facts(mailbox(folders=folders)))
    assert concern.found == "501 folders, 251 of them without messages of their own."
    assert not found("mail_many_folders", facts(mailbox(folders=folders[:500])))
