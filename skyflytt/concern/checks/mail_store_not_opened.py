"""An archive mailbox or public folders of which nobody knows whether they hold anything."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts

ID = "mail.store-not-opened"
CATEGORY = Category.WARNING
TITLE = "Archive mailboxes and public folders that could not be looked into"
MEANING = (
    "The server did not let the account see whether the mailbox has an archive mailbox, or whether there are public folders. What is "
    "in them would stay behind without anybody knowing."
)
ADVICE = "Have the account's rights corrected and run the discovery again, or have the customer say in writing that there is nothing."
NAMES = {"archive": "archive mailbox", "public": "public folders"}


def check(facts: Facts) -> Iterator[Concern]:
    told: set[str] = set()
    for mailbox in facts.mailboxes:
        for store in mailbox.stores:
            if store.failure_code is None or store.store in told:
                continue
            if store.store == "public":  # all accounts see the same ones
                told.add(store.store)
            why = (store.failure or "").rstrip(".")
            found = f"The {NAMES[store.store]} could not be opened: {why} [{store.failure_code}]."
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", found)
