"""Junk and trash that are not excluded."""

from __future__ import annotations

from skyflytt.concern.mailbox_facts import FolderFacts
from skyflytt.mail.port import FolderRole
from tests.concern.given import facts, found, mailbox


def test_only_folders_that_come_along_and_hold_something() -> None:
    folders = (
        FolderFacts(("INBOX",), FolderRole.INBOX, 10, 10_000),
        FolderFacts(("Junk",), FolderRole.JUNK, 5, 5_000, excluded=True),
        FolderFacts(("Papperskorgen",), FolderRole.TRASH, 6, 6_100),
    )
    (concern,) = found("mail_junk_and_trash", facts(mailbox(folders=folders)))
    assert concern.found == "6 messages (6.1 kB) of junk and trash are moved too."
    assert concern.examples == ("Papperskorgen (6 messages)",)


def test_nothing_when_they_are_empty() -> None:
    assert not found("mail_junk_and_trash", facts(mailbox(folders=(FolderFacts(("Trash",), FolderRole.TRASH, 0, 0),))))
