"""A folder of the source that cannot be opened."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count
from skyflytt.mail.keys import folder_key

ID = "mail.folder-refused"
CATEGORY = Category.CRITICAL
TITLE = "Folders that the source refuses to open"
MEANING = "The source lists these folders but does not open them, so nothing in them can be moved."
ADVICE = "Have the account's rights on them corrected, or exclude them in the project file when the customer agrees."


def check(facts: Facts) -> Iterator[Concern]:
    for mailbox in facts.mailboxes:
        refused = [folder for folder in mailbox.folders if folder.refused and not folder.excluded]
        if refused:
            messages = count(sum(folder.messages for folder in refused), "message")
            found = f"{count(len(refused), 'folder')} cannot be opened; the server counts {messages} there."
            names = (f"{folder_key(folder.path)} ({folder.refused})" for folder in refused)
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", found, some(names))
