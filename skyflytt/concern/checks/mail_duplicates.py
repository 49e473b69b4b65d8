"""The same message more than once in one folder."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count, size

ID = "mail.duplicates"
CATEGORY = Category.ADVISORY
TITLE = "Duplicate messages in the source"
MEANING = (
    "The archive holds messages that are in the same folder more than once, by their content. They were there before the move, and "
    "they stay: the copies are moved one by one, so that the counts agree."
)
ADVICE = "Tell the customer before somebody takes them for a fault of the move. Have them cleaned up before or after, not during it."


def check(facts: Facts) -> Iterator[Concern]:
    for mailbox in facts.mailboxes:
        archive = mailbox.archive
        if archive and archive.duplicates:
            copies = count(archive.duplicates.total, "further copy", "further copies")
            found = f"{copies} of messages of the same folder ({size(archive.duplicate_bytes)})."
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", found, some(archive.duplicates.examples))
