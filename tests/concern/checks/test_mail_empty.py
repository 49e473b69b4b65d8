"""A mailbox without a message."""

from __future__ import annotations

from skyflytt.concern.mailbox_facts import FolderFacts
from tests.concern.given import facts, found, mailbox


def test_the_login_is_told() -> None:
    folders = (FolderFacts(("INBOX",), None, 0, 0), FolderFacts(("Sent",), None, 0, 0))
    (concern,) = found("mail_empty", facts(mailbox(folders=folders)))
    assert concern.found == "No message in 2 folders, signed in as anna.astrom@norrskenbygg.example."


def test_what_cannot_be_opened_is_not_empty() -> None:
    assert not found(
        "mail_empty", facts(mailbox(folders=(FolderFacts(("INBOX",), None, 0, 0, refused="mail.folder-refused"),)))
    )
    assert not found("mail_empty", facts(mailbox()))
