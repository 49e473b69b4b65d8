"""Real duplicates in the source."""

from __future__ import annotations

from skyflytt.concern.mailbox_facts import ArchiveFacts
from skyflytt.concern.sample import NOTHING, Sample
from tests.concern.given import facts, found, mailbox


def test_further_copies_are_counted() -> None:
    archive = ArchiveFacts(40, {}, NOTHING, Sample(1, ("INBOX/1:41",)), 2_500)
    (concern,) = found("mail_duplicates", facts(mailbox(archive=archive)))
    assert concern.found == "1 further copy of messages of the same folder (2.5 kB)."
    assert concern.examples == ("INBOX/1:41",)


def test_nothing_without_any() -> None:
    assert not found("mail_duplicates", facts(mailbox(), mailbox(archive=ArchiveFacts(40, {}, NOTHING, NOTHING, 0))))
