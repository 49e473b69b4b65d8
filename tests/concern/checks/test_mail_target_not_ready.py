"""A target that cannot be opened."""

from __future__ import annotations

from skyflytt.concern.mailbox_facts import TargetFacts
from tests.concern.given import facts, found, mailbox


def test_the_failure_and_its_code_are_told() -> None:
    target = TargetFacts(False, "mail.mailbox-missing", "The mailbox anna does not exist at the server: none here")
    (concern,) = found("mail_target_not_ready", facts(mailbox(target=target)))
    assert concern.found == "The mailbox anna does not exist at the server: none here [mail.mailbox-missing]."


def test_nothing_when_it_opened() -> None:
    assert not found("mail_target_not_ready", facts(mailbox()))
