"""What comes, against what the quota leaves."""

from __future__ import annotations

from skyflytt.concern.mailbox_facts import FolderFacts, TargetFacts
from tests.concern.given import facts, found, mailbox


def test_it_does_not_fit() -> None:
    folders = (
        FolderFacts(("INBOX",), None, 10, 7_000_000_000),
        FolderFacts(("Junk",), None, 1, 9_000_000_000, excluded=True),
    )
    target = TargetFacts(True, free_bytes=4_000_000_000, limit_bytes=5_000_000_000)
    (concern,) = found("mail_quota", facts(mailbox(folders=folders, target=target)))
    assert concern.found == "7.0 GB are still to come, and the new mailbox has 4.0 GB of its 5.0 GB left."


def test_what_earlier_passes_brought_is_not_counted_again() -> None:
    folders = (FolderFacts(("INBOX",), None, 10, 7_000_000_000),)
    target = TargetFacts(True, messages=8, free_bytes=2_000_000_000, limit_bytes=8_000_000_000)
    assert not found("mail_quota", facts(mailbox(folders=folders, target=target)))


def test_no_quota_is_told() -> None:
    assert not found("mail_quota", facts(mailbox()))
