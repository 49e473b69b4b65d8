"""Mailboxes whose newest message is old."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import days

ID = "mail.mailbox-asleep"
CATEGORY = Category.ADVISORY
TITLE = "Nobody has used the mailbox for long"
MEANING = (
    "The newest message is older than half a year. Often its owner has left. It costs a licence at the new home, "
    "and time at the cutover."
)
ADVICE = "Ask the customer whether an export is enough, instead of a mailbox at the new home."

ASLEEP = timedelta(days=182)


def check(facts: Facts) -> Iterator[Concern]:
    for mailbox in facts.mailboxes:
        if mailbox.newest is not None and facts.at - mailbox.newest > ASLEEP:
            found = f"The newest message is of {mailbox.newest:%Y-%m-%d}, {days(facts.at - mailbox.newest)} ago."
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", found)
