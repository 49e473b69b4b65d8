"""Exclusions that cover a large part."""

from __future__ import annotations

from skyflytt.concern.mailbox_facts import FolderFacts
from skyflytt.concern.share_facts import ShareFacts
from tests.concern.given import facts, found, mailbox


def test_mail_and_files() -> None:
    folders = (FolderFacts(("INBOX",), None, 1, 60_000_000), FolderFacts(("Junk",), None, 1, 40_000_000, excluded=True))
    share = ShareFacts("homes", size_bytes=30_000_000, excluded_bytes=70_000_000)
    first, second = found("scope_left_out", facts(mailbox(folders=folders), share))
    assert (first.subject, first.found) == ("mailbox anna", "40.0 MB of 100.0 MB (40 %) are excluded.")
    assert (second.subject, second.found) == ("share homes", "70.0 MB of 100.0 MB (70 %) are excluded.")


def test_a_little_is_usual() -> None:
    assert not found("scope_left_out", facts(ShareFacts("homes", size_bytes=90_000_000, excluded_bytes=10_000_001)))
    assert not found("scope_left_out", facts(ShareFacts("homes", size_bytes=10, excluded_bytes=9_000_000)))
