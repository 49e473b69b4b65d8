"""Mailboxes with more folders than mail programs like."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count, number

ID = "mail.many-folders"
CATEGORY = Category.ADVISORY
TITLE = "Very many folders"
MEANING = (
    "Above some 500 folders Outlook becomes slow, above all where the mailbox is shared; and every pass asks for "
    "every folder."
)
ADVICE = "Have folders of closed matters gathered or archived before the move."

MOST = 500


def check(facts: Facts) -> Iterator[Concern]:
    for mailbox in facts.mailboxes:
        if len(mailbox.folders) > MOST:
            empty = sum(1 for folder in mailbox.folders if not folder.messages)
            found = f"{count(len(mailbox.folders), 'folder')}, {number(empty)} of them without messages of their own."
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", found)
