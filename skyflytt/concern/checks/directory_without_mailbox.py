"""People of the old system whom the project does not know."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count, number

ID = "directory.account-without-mailbox"
CATEGORY = Category.CRITICAL
TITLE = "Accounts that no mailbox of the project stands for"
MEANING = (
    "The directory of the old system has accounts that let somebody in, and no mailbox of the project has their "
    "address. They are people who were forgotten, or shared mailboxes and devices; what they have would be erased "
    "with the system."
)
ADVICE = (
    "Go through the list with the customer: each is moved, handed over as an export, or named in writing as not needed."
)


def check(facts: Facts) -> Iterator[Concern]:
    for one in facts.around.directories:
        if one.without_mailbox:
            found = f"{number(one.without_mailbox.total)} of {count(one.accounts, 'account')} have no mailbox in the project."
            yield Concern(ID, CATEGORY, f"directory {one.directory}", found, some(one.without_mailbox.examples))
