"""A mailbox at the new home that cannot be opened."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts

ID = "mail.target-not-ready"
CATEGORY = Category.CRITICAL
TITLE = "The new mailbox cannot be opened"
MEANING = "The mailbox at the new home could not be opened during discovery. No pass can deliver anything there."
ADVICE = "Have the mailbox made and its secret stored, then run the discovery again. The code names the failure (see the page of errors)."


def check(facts: Facts) -> Iterator[Concern]:
    for mailbox in facts.mailboxes:
        target = mailbox.target
        if not target.reachable:
            found = f"{(target.failure or 'It could not be opened').rstrip('.')} [{target.failure_code}]."
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", found)
