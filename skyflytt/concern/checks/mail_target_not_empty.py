"""Mailboxes at the new home that hold something before the first pass."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "mail.target-not-empty"
CATEGORY = Category.WARNING
TITLE = "The new mailbox is in use already"
MEANING = (
    "The mailbox at the new home holds messages already, and no pass of this project has brought any. They stay as "
    "they are; but they may be somebody else's mailbox, or an earlier attempt, whose copies then stand there twice."
)
ADVICE = "Look whose messages they are. Have an earlier attempt's messages removed before the first pass."

ALLOWED = 5
"""A welcome of the provider's, and a trial or two."""


def check(facts: Facts) -> Iterator[Concern]:
    for mailbox in facts.mailboxes:
        if mailbox.target.messages > ALLOWED and mailbox.archive is None:
            found = f"{count(mailbox.target.messages, 'message')} in it before the first pass."
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", found)
