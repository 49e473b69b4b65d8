"""A mailbox above what Outlook's own file holds."""

from __future__ import annotations

from skyflytt.concern.mailbox_facts import FolderFacts
from tests.concern.given import facts, found, mailbox


def test_the_largest_folders_are_named() -> None:
    folders = (FolderFacts(("INBOX",), None, 10, 10_000_000_000), FolderFacts(("Arkiv",), None, 10, 50_000_000_000))
    (concern,) = found("mail_very_large_mailbox", facts(mailbox(folders=folders)))
    assert concern.found == "60.0 GB come along."
    assert concern.examples == ("Arkiv (50.0 GB)", "INBOX (10.0 GB)")
    assert not found("mail_very_large_mailbox", facts(mailbox(folders=folders[1:])))
