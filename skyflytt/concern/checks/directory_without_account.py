"""Mailboxes of the project without an account."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "directory.mailbox-without-account"
CATEGORY = Category.WARNING
TITLE = "Mailboxes that the directory does not know"
MEANING = (
    "The project moves mailboxes whose address no account of the directory has, though others do. Nobody owns them "
    "there: shared ones, a misspelt address, or people who have left."
)
ADVICE = "Ask the customer who answers for each, and correct the address if it is misspelt."


def check(facts: Facts) -> Iterator[Concern]:
    for one in facts.around.directories:
        if one.without_account:
            found = (
                f"{count(one.without_account.total, 'mailbox', 'mailboxes')} of the project without an account there."
            )
            yield Concern(ID, CATEGORY, f"directory {one.directory}", found, some(one.without_account.examples))
