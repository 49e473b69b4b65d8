"""Mailboxes above what mail programs and licences hold."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import size
from skyflytt.mail.keys import folder_key

ID = "mail.very-large-mailbox"
CATEGORY = Category.ADVISORY
TITLE = "A very large mailbox"
MEANING = "Above 50 GB Outlook's own file and many providers' plans are full, and the export becomes several PST files."
ADVICE = (
    "Choose a plan with enough room at the new home, or have the years before a date moved into an archive mailbox."
)

OUTLOOKS_FILE_BYTES = 50 * 1024**3


def check(facts: Facts) -> Iterator[Concern]:
    for mailbox in facts.mailboxes:
        coming = mailbox.amount().size_bytes
        if coming > OUTLOOKS_FILE_BYTES:
            largest = sorted(mailbox.moving(), key=lambda folder: -folder.size_bytes)
            names = (f"{folder_key(folder.path)} ({size(folder.size_bytes)})" for folder in largest)
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", f"{size(coming)} come along.", some(names))
