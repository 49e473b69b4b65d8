"""Mailboxes that hold nothing."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "mail.empty-mailbox"
CATEGORY = Category.WARNING
TITLE = "An empty mailbox"
MEANING = (
    "The account opens, and its mailbox holds no message. Either nobody uses it, or the login in the project file "
    "is not the one that people use."
)
ADVICE = (
    "Ask its owner how many messages there should be, and correct the login, or take the mailbox out of the project."
)


def check(facts: Facts) -> Iterator[Concern]:
    for mailbox in facts.mailboxes:
        if not mailbox.messages and not any(folder.refused for folder in mailbox.folders):
            login = facts.project.mailbox(mailbox.mailbox).source.login
            found = f"No message in {count(len(mailbox.folders), 'folder')}, signed in as {login}."
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", found)
