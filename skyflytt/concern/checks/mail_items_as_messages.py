"""Appointments, contacts and others that go to a server which keeps mail alone."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count
from skyflytt.mail.keys import folder_key

ID = "mail.items-become-messages"
CATEGORY = Category.WARNING
TITLE = "Appointments, contacts, tasks and notes become messages"
MEANING = (
    "The new home keeps mail alone. Appointments, contacts, tasks and notes arrive there as messages with a text/calendar or text/vcard"
    " part, in a folder of the same name, and count as moved; no calendar and no address book is made of them. The PST export holds"
    " them whole."
)
ADVICE = (
    "Tell the customer, and agree who imports calendars and contacts at the new home from the PST export; or add their folders to the"
    " mailbox's `folders: {exclude: [...]}`, and they are counted as skipped."
)
MAIL = "IPF.Note"


def check(facts: Facts) -> Iterator[Concern]:
    for mailbox in facts.mailboxes:
        if not mailbox.target.reachable or mailbox.target.keeps_items:
            continue
        folders = [one for one in mailbox.moving() if one.messages and not _is_mail(one.kind)]
        if folders:
            items = count(sum(folder.messages for folder in folders), "item")
            found = f"{items} beside mail arrive as messages."
            names = (f"{folder_key(folder.path)} ({count(folder.messages, 'item')})" for folder in folders)
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", found, some(names))


def _is_mail(kind: str) -> bool:
    """A folder without a class holds mail ([MS-OXOSFLD] 2.2.5); "IPF.Note.…" are special folders of mail."""
    return not kind or kind == MAIL or kind.startswith(f"{MAIL}.") or not kind.startswith("IPF.")
