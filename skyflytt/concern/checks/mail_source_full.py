"""Mailboxes that fill their old quota before the move is done."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import size

ID = "mail.source-nearly-full"
CATEGORY = Category.WARNING
TITLE = "The old mailbox is nearly full"
MEANING = (
    "What is left of the quota at the old provider is less than a tenth. Once it is full, mail is refused, and the "
    "customer takes that for a fault of the move."
)
ADVICE = "Have the old quota raised until the cutover, or move this mailbox first."

LEAST = 0.1


def check(facts: Facts) -> Iterator[Concern]:
    for mailbox in facts.mailboxes:
        free, whole = mailbox.around.free_bytes, mailbox.around.limit_bytes
        if free is not None and whole and free < LEAST * whole:
            found = f"{size(free)} of its {size(whole)} at the old provider are left."
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", found)
