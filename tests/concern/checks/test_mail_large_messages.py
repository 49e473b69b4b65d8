"""Messages above 25 MB or the target's own limit."""

from __future__ import annotations

from skyflytt.concern.largest import Sized
from skyflytt.concern.mailbox_facts import TargetFacts
from skyflytt.concern.sample import Sample
from tests.concern.given import facts, found, mailbox


def test_the_targets_limit_is_named() -> None:
    largest = (Sized("INBOX/1:9", 31_500_000), Sized("INBOX/1:3", 12_000_000), Sized("INBOX/1:1", 900))
    given = mailbox(
        target=TargetFacts(True, max_message_bytes=10_000_000),
        large_limit_bytes=10_000_000,
        large=Sample(2, ("INBOX/1:3", "INBOX/1:9")),
        largest=largest,
    )
    (concern,) = found("mail_large_messages", facts(given))
    assert concern.found == "2 messages are larger than 10.0 MB, the largest 31.5 MB; the target takes up to 10.0 MB."
    assert concern.examples == ("INBOX/1:9 (31.5 MB)", "INBOX/1:3 (12.0 MB)")


def test_nothing_when_all_are_small() -> None:
    assert not found("mail_large_messages", facts(mailbox(largest=(Sized("INBOX/1:9", 31_500),))))
