"""An archive mailbox or public folders beside a mailbox, which the project does not name."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts
from skyflytt.concern.mailbox_facts import StoreFacts
from skyflytt.concern.words import count
from skyflytt.project.mailboxes import Mailbox
from skyflytt.project.servers import EwsServer

ID = "mail.store-left-behind"
CATEGORY = Category.CRITICAL
TITLE = "Archive mailboxes and public folders that nobody named"
MEANING = "Exchange keeps them apart from the mailbox. They hold items, and no mailbox of the project stands for them."
ADVICE = (
    "Add a server with `store: archive` or `store: public`, and a mailbox that is read from it and has a target of its own; or have the "
    "customer agree in writing that it stays behind."
)
NAMES = {"archive": "an archive mailbox", "public": "public folders"}


def check(facts: Facts) -> Iterator[Concern]:
    told: set[str] = set()
    for mailbox in facts.mailboxes:
        for store in mailbox.stores:
            if (
                not store.items
                or _is_named(facts, facts.project.mailbox(mailbox.mailbox), store)
                or store.store in told
            ):
                continue
            if store.store == "public":  # all accounts see the same ones
                told.add(store.store)
            found = f"The account has {NAMES[store.store]} with {count(store.items, 'item')}."
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", found)


def _is_named(facts: Facts, mailbox: Mailbox, store: StoreFacts) -> bool:
    places = [other.source for other in facts.project.mailboxes]
    return any(
        isinstance(server, EwsServer)
        and server.store == store.store
        and (store.store == "public" or place.login == mailbox.source.login)
        for place in places
        for server in (facts.project.server(place.server),)
    )
