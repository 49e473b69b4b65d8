"""Folders that the source does not open."""

from __future__ import annotations

from skyflytt.concern.mailbox_facts import FolderFacts
from tests.concern.given import facts, found, mailbox


def test_excluded_ones_do_not_matter() -> None:
    folders = (
        FolderFacts(("Delat", "Styrelsen"), None, 12, 0, refused="mail.folder-refused"),
        FolderFacts(("Gammalt",), None, 3, 0, excluded=True, refused="mail.folder-refused"),
    )
    (concern,) = found("mail_folder_refused", facts(mailbox(folders=folders)))
    assert concern.found == "1 folder cannot be opened; the server counts 12 messages there."
    assert concern.examples == ("Delat/Styrelsen (mail.folder-refused)",)


def test_nothing_when_all_open() -> None:
    assert not found("mail_folder_refused", facts(mailbox()))
