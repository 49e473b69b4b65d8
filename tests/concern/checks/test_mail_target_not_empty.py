"""Somebody was there before the first pass."""

from __future__ import annotations

from skyflytt.concern.mailbox_facts import ArchiveFacts, TargetFacts
from skyflytt.concern.sample import NOTHING
from tests.concern.given import facts, found, mailbox


def test_before_the_first_pass() -> None:
    (concern,) = found("mail_target_not_empty", facts(mailbox(target=TargetFacts(True, messages=1_200))))
    assert concern.found == "1,200 messages in it before the first pass."


def test_a_welcome_is_nothing() -> None:
    assert not found("mail_target_not_empty", facts(mailbox(target=TargetFacts(True, messages=5))))


def test_after_the_first_pass_it_has_ours() -> None:
    archive = ArchiveFacts(10, {}, NOTHING, NOTHING, 0)
    assert not found("mail_target_not_empty", facts(mailbox(target=TargetFacts(True, messages=1_200), archive=archive)))
