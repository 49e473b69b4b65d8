"""The other ways to a mailbox, and the stores beside it, once its own address has been opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from skyflytt.concern.mailbox_facts import Route, RouteState, StoreFacts
from skyflytt.errors.base import Failure
from skyflytt.errors.mail import MailboxMissing
from skyflytt.mail.address import Address, Tell
from skyflytt.mail.port import MailSource
from skyflytt.mail.probe.service import EWS, IMAP, TIMEOUT_S, ews_answers, imap_answers

NAMES = {"imap": IMAP, "ews": EWS, "graph": "Microsoft Graph", "maildir": "Maildir", "pst": "PST file"}
STORES = {"archive": "archive mailbox", "public": "public folders"}


def look_into(store: str, opens: Callable[[], AbstractContextManager[MailSource]]) -> StoreFacts:
    """Open a store, list its folders and close it. Whatever goes wrong is a fact."""
    try:
        with opens() as source:
            folders = source.folders()
    except MailboxMissing:
        return StoreFacts(store, there=False)
    except Failure as failure:
        return StoreFacts(store, there=False, failure_code=failure.code, failure=failure.sentence)
    return StoreFacts(store, there=True, items=sum(folder.message_count for folder in folders), folders=len(folders))


def other_stores(address: Address, secret: str, tell: Tell) -> tuple[StoreFacts, ...]:
    """Stores that the same account may have; it was let in before, so that its secret is right."""
    return tuple(
        look_into(store, lambda opens=opens: opens(secret, tell))  # type: ignore[misc]
        for store, opens in address.other_stores.items()
    )


def as_route(store: StoreFacts) -> Route:
    """A store as one line of the probe."""
    name = STORES[store.store]
    if store.there:
        return Route(name, RouteState.WORKS, f"{store.items} items in {store.folders} folders")
    state = RouteState.FAILED if store.failure_code else RouteState.ABSENT
    return Route(name, state, store.failure or "", store.failure_code)


def other_services(kind: str, host: str | None, ca_file: Path | None, timeout_s: float = TIMEOUT_S) -> Iterator[Route]:
    """Whether the host of a server of this kind speaks the other protocol too, at its usual port. No secret is sent."""
    if host is None:
        return
    if kind == "imap":
        yield ews_answers(host, ca_file, timeout_s=timeout_s)
    else:
        yield imap_answers(host, ca_file, timeout_s=timeout_s)
