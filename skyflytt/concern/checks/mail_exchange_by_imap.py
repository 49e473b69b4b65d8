"""A mailbox that is read by IMAP though its server offers more."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts
from skyflytt.concern.mailbox_facts import RouteState
from skyflytt.project.servers import ImapServer

ID = "mail.exchange-read-by-imap"
CATEGORY = Category.WARNING
TITLE = "An Exchange mailbox that is read by IMAP"
MEANING = (
    "The host of the IMAP server answers for Exchange Web Services as well. IMAP shows no calendars, contacts, tasks or notes: what the "
    "mailbox has of them would stay behind."
)
ADVICE = (
    "Try `skyflytt mail probe ews+https://…` for one mailbox. If it works, read the mailboxes from a server of kind `ews` in the "
    "project file; else ask the provider for PST exports."
)


def check(facts: Facts) -> Iterator[Concern]:
    for mailbox in facts.mailboxes:
        source = facts.project.mailbox(mailbox.mailbox).source
        if isinstance(facts.project.server(source.server), ImapServer):
            for route in mailbox.other_routes:
                if route.state is RouteState.ANSWERS:
                    yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", f"{route.name} answers {route.detail}.")
