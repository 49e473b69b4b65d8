"""A quota that runs out before the move is done."""

from __future__ import annotations

from skyflytt.mail.around import Around
from tests.concern.given import facts, found, mailbox


def test_less_than_a_tenth_is_left() -> None:
    (concern,) = found(
        "mail_source_full", facts(mailbox(around=Around(free_bytes=50_000_000, limit_bytes=1_000_000_000)))
    )
    assert concern.found == "50.0 MB of its 1.0 GB at the old provider are left."


def test_there_is_room() -> None:
    assert not found(
        "mail_source_full", facts(mailbox(around=Around(free_bytes=100_000_000, limit_bytes=1_000_000_000)))
    )
    assert not found("mail_source_full", facts(mailbox()))
