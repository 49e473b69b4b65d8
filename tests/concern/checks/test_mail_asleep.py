"""The newest message is old."""

from __future__ import annotations

from datetime import timedelta

from tests.concern.given import AT, facts, found, mailbox


def test_its_age_is_told() -> None:
    (concern,) = found("mail_asleep", facts(mailbox(newest=AT - timedelta(days=200))))
    assert concern.found == "The newest message is of 2026-01-22, 200 days ago."


def test_a_quarter_is_no_age() -> None:
    assert not found("mail_asleep", facts(mailbox(newest=AT - timedelta(days=90))))
    assert not found("mail_asleep", facts(mailbox(newest=None)))
