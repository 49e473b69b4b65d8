"""Delegates, whose rights no pass carries."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "mail.delegates"
CATEGORY = Category.WARNING
TITLE = "Others act for the mailbox's owner"
MEANING = (
    "Other people may read this mailbox or its calendar and answer meetings for its owner. The right is given at "
    "the old server and is not carried over; who manages an executive's calendar notices at once."
)
ADVICE = (
    "Note who may do what, and give the rights anew at the new home before the cutover. Both should be moved on the "
    "same day."
)


def check(facts: Facts) -> Iterator[Concern]:
    for mailbox in facts.mailboxes:
        delegates = mailbox.around.delegates or ()
        if delegates:
            found = f"{count(len(delegates), 'person', 'people')} may act for its owner."
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", found, some(delegates))
