"""The disk of archives and exports."""

from __future__ import annotations

from skyflytt.concern.mailbox_facts import FolderFacts
from skyflytt.concern.surroundings import Surroundings
from tests.concern.given import facts, found, mailbox


def test_what_is_still_needed() -> None:
    box = mailbox(folders=(FolderFacts(("INBOX",), None, 1, 10_000_000_000),))
    seen = Surroundings(workspace_free_bytes=12_000_000_000, archived_bytes=5_000_000_000)
    (concern,) = found("workspace_room", facts(box, around=seen))
    assert concern.found == "Archives and exports (pst) of 10.0 GB of mail need 15.0 GB more; 12.0 GB are free."
    assert not found("workspace_room", facts(box, around=Surroundings(workspace_free_bytes=20_000_000_000)))


def test_nobody_looked() -> None:
    assert not found("workspace_room", facts(mailbox()))
