"""Mailboxes that do not fit into the quota of their new home."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts
from skyflytt.concern.mailbox_facts import MailboxFacts
from skyflytt.concern.words import size

ID = "mail.quota-too-small"
CATEGORY = Category.CRITICAL
TITLE = "The new mailbox is too small"
MEANING = (
    "The quota at the new home leaves less room than the mailbox takes. Passes fail in the middle, and new mail is "
    "refused as soon as it is full."
)
ADVICE = (
    "Have the quota raised to at least half as much again as the mailbox takes now, or agree with its owner what "
    "stays behind."
)


def check(facts: Facts) -> Iterator[Concern]:
    for mailbox in facts.mailboxes:
        free, coming = mailbox.target.free_bytes, mailbox.amount().size_bytes - _there(mailbox)
        if free is not None and coming > free:
            whole = mailbox.target.limit_bytes
            limit = f" of its {size(whole)}" if whole else ""
            found = f"{size(coming)} are still to come, and the new mailbox has {size(free)}{limit} left."
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", found)


def _there(mailbox: MailboxFacts) -> int:
    """What earlier passes may have brought: all that the target has."""
    used = (mailbox.target.limit_bytes or 0) - (mailbox.target.free_bytes or 0)
    return used if mailbox.target.messages and used > 0 else 0
