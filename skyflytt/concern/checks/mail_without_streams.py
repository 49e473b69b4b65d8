"""An Exchange, here or online, that does not export items as they are."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts
from skyflytt.concern.measured import Measured
from skyflytt.concern.words import count
from skyflytt.project.servers import EwsServer, GraphServer

ID = "mail.without-streams"
CATEGORY = Category.WARNING
TITLE = "Items that come by MIME instead of as they are"
MEANING = (
    "The server has no export of items as they are (ExportItems, at Exchange Online exportItems), or it fails for some items. They come "
    "with the properties that the server names, or as MIME alone; meetings lose the tie to their organiser and attendees. From Exchange "
    "Online, what is no mail and cannot be exported does not come at all, and is named."
)
ADVICE = (
    "Ask the provider whether ExportItems can be allowed for the account, or for a PST export by the server (New-MailboxExportRequest). "
    "At Exchange Online, let `skyflytt check` say whether the permission is there, and ask the tenant's administrator what keeps those "
    "items from being exported."
)
EXPORTING = (EwsServer, GraphServer)
"""Servers that are expected to export; other sources have no streams, or, as PST files, all properties."""


def check(facts: Facts) -> Iterator[Concern]:
    for mailbox in facts.mailboxes:
        source = facts.project.mailbox(mailbox.mailbox).source
        if isinstance(facts.project.server(source.server), EXPORTING) and _otherwise(mailbox.measured):
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", _found(mailbox.measured))


def _otherwise(measured: Measured) -> int:
    return measured.sampled - measured.sampled_streams


def _found(measured: Measured) -> str:
    if measured.sampled_streams:
        which = f"{_otherwise(measured)} of {measured.sampled} sampled items came without a FastTransfer stream"
    else:
        which = f"The server exported none of {count(measured.sampled, 'sampled item')} as a FastTransfer stream"
    mime = _otherwise(measured) - measured.sampled_built
    return f"{which}: {measured.sampled_built} came with the properties that it names, {mime} as MIME alone."
