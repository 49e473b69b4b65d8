"""Shared folders that are no part of the mailbox."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "mail.folders-of-others"
CATEGORY = Category.ADVISORY
TITLE = "Folders of other people that the account sees"
MEANING = (
    "The account sees folders of other mailboxes, or shared ones. They are not moved with this mailbox: each is "
    "moved with the mailbox that it belongs to, if that is in the project, and who may see it there is not carried "
    "over."
)
ADVICE = (
    "See that the mailboxes that they belong to are in the project file, and note who has to see them at the new home."
)


def check(facts: Facts) -> Iterator[Concern]:
    for mailbox in facts.mailboxes:
        others = mailbox.around.others
        if others:
            found = f"{count(len(others), 'folder')} of others or shared, which the account sees at the old server."
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", found, some(others))
