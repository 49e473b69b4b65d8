"""Junk and deleted messages that nobody asked for."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count, size
from skyflytt.mail.keys import folder_key
from skyflytt.mail.port import FolderRole

ID = "mail.junk-and-trash-come-along"
CATEGORY = Category.ADVISORY
TITLE = "Junk and trash come along"
MEANING = (
    "Folders of junk or deleted messages are not excluded, so they are moved, handed over and counted like any other."
)
ADVICE = "Ask the customer. To leave one behind, add it to the mailbox's `folders: {exclude: [...]}`; it is then counted as skipped."

ROLES = (FolderRole.JUNK, FolderRole.TRASH)


def check(facts: Facts) -> Iterator[Concern]:
    for mailbox in facts.mailboxes:
        folders = [folder for folder in mailbox.moving() if folder.role in ROLES and folder.messages]
        if folders:
            messages = count(sum(folder.messages for folder in folders), "message")
            found = (
                f"{messages} ({size(sum(folder.size_bytes for folder in folders))}) of junk and trash are moved too."
            )
            names = (f"{folder_key(folder.path)} ({count(folder.messages, 'message')})" for folder in folders)
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", found, some(names))
