"""Rules that the old server carries out."""

from __future__ import annotations

from skyflytt.mail.around import Around, InboxRule
from tests.concern.given import facts, found, mailbox


def test_rules_that_are_on() -> None:
    rules = (InboxRule("Fakturor"), InboxRule("Semester", enabled=False), InboxRule("Nyhetsbrev"))
    (concern,) = found("mail_rules", facts(mailbox(around=Around(rules=rules))))
    assert concern.found == "2 rules of the inbox at the old server."
    assert concern.examples == ("Fakturor", "Nyhetsbrev")


def test_nothing_where_the_server_does_not_tell() -> None:
    assert not found("mail_rules", facts(mailbox()))
    assert not found("mail_rules", facts(mailbox(around=Around(rules=()))))
