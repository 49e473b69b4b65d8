"""Appointments, contacts and others: how many there are, and what became of them at a new home that keeps mail alone."""

from __future__ import annotations

from collections import Counter

from skyflytt.concern.words import count
from skyflytt.mail.port import MailTarget
from skyflytt.outlook.fasttransfer import read_stream
from skyflytt.outlook.items import container_class
from skyflytt.outlook.mapi import tags
from skyflytt.phase.mailboxes import open_mailbox_archive, open_target
from skyflytt.phase.migration import Migration
from skyflytt.project.mailboxes import Mailbox

NAMES = {
    "IPF.Appointment": "appointment",
    "IPF.Contact": "contact",
    "IPF.Task": "task",
    "IPF.StickyNote": "note",
    "IPF.Journal": "journal item",
}


def told(migration: Migration, mailbox: Mailbox) -> list[str]:
    """A line that says so, or none where there is nothing but mail, or where the new home has a place for all of it."""
    counts = beside_mail(migration, mailbox)
    with open_target(migration, mailbox) as target:
        if not counts or keeps_items(target):
            return []
    listed = ", ".join(count(counts[name], name) for name in NAMES.values() if counts[name])
    return [f"  of these, {listed} are messages there: the new home keeps mail alone"]


def beside_mail(migration: Migration, mailbox: Mailbox) -> Counter[str]:
    """What the archive's FastTransfer streams say that it holds beside mail."""
    counts: Counter[str] = Counter()
    with open_mailbox_archive(migration, mailbox) as archive:
        for entry in archive.entries():
            if stream := archive.stream(entry):
                item_class = read_stream(stream, entry.ref).properties.get(tags.MESSAGE_CLASS, "")
                name = NAMES.get(container_class(str(item_class)))
                counts.update([name] if name else [])
    return counts


def keeps_items(target: MailTarget) -> bool:
    """Whether its folders have classes, as an Exchange's do."""
    return any(folder.kind for folder in target.folders())
