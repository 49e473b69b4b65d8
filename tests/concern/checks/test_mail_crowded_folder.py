"""Folders with more than 100,000 messages."""

from __future__ import annotations

from skyflytt.concern.mailbox_facts import FolderFacts
from tests.concern.given import facts, found, mailbox


def test_the_largest_comes_first() -> None:
    folders = (
        FolderFacts(("INBOX",), None, 100_001, 10),
        FolderFacts(("Sent",), None, 300_000, 10),
        FolderFacts(("Junk",), None, 900_000, 10, excluded=True),
        FolderFacts(("Arkiv",), None, 100_000, 10),
    )
    (concern,) = found("mail_crowded_folder", facts(mailbox(folders=folders)))
    assert concern.found == "2 folders with more than 100,000 messages, 300,000 in the largest."
    assert concern.examples == ("Sent (300,000 messages)", "INBOX (100,001 messages)")


def test_a_usual_mailbox() -> None:
    assert not found("mail_crowded_folder", facts(mailbox()))
