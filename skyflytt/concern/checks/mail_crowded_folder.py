"""Folders that hold more than mail programs show quickly."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count, number
from skyflytt.mail.keys import folder_key

ID = "mail.crowded-folder"
CATEGORY = Category.WARNING
TITLE = "Folders with very many messages"
MEANING = (
    "A folder holds more than 100,000 messages. Outlook and many servers become slow from there on, and a pass "
    "needs the memory of its whole listing."
)
ADVICE = (
    "Have old messages sorted into folders by year before the first pass; afterwards, every move is a change that "
    "the next pass has to follow."
)

MOST = 100_000


def check(facts: Facts) -> Iterator[Concern]:
    for mailbox in facts.mailboxes:
        crowded = sorted((one for one in mailbox.moving() if one.messages > MOST), key=lambda one: -one.messages)
        if crowded:
            found = f"{count(len(crowded), 'folder')} with more than {number(MOST)} messages, {number(crowded[0].messages)} in the largest."
            names = (f"{folder_key(folder.path)} ({count(folder.messages, 'message')})" for folder in crowded)
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", found, some(names))
