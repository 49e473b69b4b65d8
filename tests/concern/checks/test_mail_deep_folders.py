"""Names that a Maildir server's disk cannot keep."""

from __future__ import annotations

from skyflytt.concern.mailbox_facts import FolderFacts
from tests.concern.given import facts, found, mailbox


def test_letters_beyond_ascii_take_more_room() -> None:
    plain, cyrillic = ("a" * 84,) * 3, ("ж" * 40,) * 3
    assert not found("mail_deep_folders", facts(mailbox(folders=(FolderFacts(plain, None, 1, 1),))))
    (concern,) = found("mail_deep_folders", facts(mailbox(folders=(FolderFacts(cyrillic, None, 1, 1),))))
    assert concern.found.startswith("1 folder of more than 255 bytes as one name, the longest of 3")
    assert concern.examples == ("/".join(cyrillic),)


def test_excluded_ones_are_not_made() -> None:
    assert not found(
        "mail_deep_folders", facts(mailbox(folders=(FolderFacts(("x" * 300,), None, 1, 1, excluded=True),)))
    )
