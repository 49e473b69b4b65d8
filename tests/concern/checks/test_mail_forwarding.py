"""Rules that send mail out of the customer's domains."""

from __future__ import annotations

from skyflytt.mail.around import Around, InboxRule
from tests.concern.given import facts, found, mailbox


def test_only_what_leads_outside() -> None:
    rules = (
        InboxRule("Kopia hem", sends_to=("anna@hemma.example", "bengt.oberg@norrskenbygg.example")),
        InboxRule("Till ekonomi", sends_to=("info@NORRSKENBYGG.example",)),
        InboxRule("Av", enabled=False, sends_to=("x@hemma.example",)),
    )
    (concern,) = found("mail_forwarding", facts(mailbox(around=Around(rules=rules))))
    assert concern.found == "1 rule of the inbox that sends mail elsewhere."
    assert concern.examples == ("Kopia hem → anna@hemma.example",)


def test_rules_that_only_sort() -> None:
    assert not found("mail_forwarding", facts(mailbox(around=Around(rules=(InboxRule("Fakturor"),)))))
