"""Probe one mailbox: open it, count it, read a small sample, then look at what is beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from skyflytt.concern.estimate import workload_estimate
from skyflytt.concern.mailbox_facts import LARGE_MESSAGE_BYTES, MailboxFacts, TargetFacts
from skyflytt.concern.measured import RECENT_DAYS, Measured
from skyflytt.concern.message_count import MessageCount
from skyflytt.concern.rates import rate_of
from skyflytt.concern.words import count
from skyflytt.deadline.clock import Clock
from skyflytt.ledger.progress import Progress
from skyflytt.mail.address import Address, Tell
from skyflytt.mail.port import FolderPath, MailCapabilities
from skyflytt.mail.probe.facts import Payload, Probe, Route, RouteState
from skyflytt.mail.probe.passes import planned
from skyflytt.mail.probe.routes import NAMES, STORES, as_route, other_services, other_stores

NOT_ASKED = TargetFacts(True)
"""A probe is about one mailbox; whether there is a new home is discovery's question."""


def probe(address: Address, secret: str, clock: Clock, progress: Progress, tell: Tell) -> Probe:
    """What works for the mailbox, and what it holds.

    Raises what the address itself meets: `PasswordRefused` (after one attempt), `MailboxMissing`, `Transient` … Whatever is beside it
    is a fact, not a failure.
    """
    recent = clock.now() - timedelta(days=RECENT_DAYS)
    with address.open_source(secret, tell) as source:
        counting = MessageCount(address.shown, NOT_ASKED, LARGE_MESSAGE_BYTES, _nothing, recent)
        facts = counting.run(source, progress)
        capabilities = source.capabilities
    own = Route(NAMES[address.kind], RouteState.WORKS, address.shown)
    facts = replace(facts, stores=other_stores(address, secret, tell))
    routes = (own, *map(as_route, facts.stores), *other_services(address.kind, address.host, address.ca_file))
    return _come_to(address, routes, capabilities, facts)


def _nothing(_folder: FolderPath) -> bool:
    return False


def _come_to(address: Address, routes: tuple[Route, ...], capabilities: MailCapabilities, facts: MailboxFacts) -> Probe:
    amount = facts.amount()
    rate = rate_of(amount.measured, amount.measured)
    estimate, payload = workload_estimate(amount, rate), payload_of(facts.measured)
    remarks = tuple(_remarks(address, routes, payload, facts))
    return Probe(
        address.shown, routes, capabilities, payload, facts, estimate, planned(amount, rate, estimate), remarks
    )


def payload_of(measured: Measured) -> Payload:
    """How the sample came."""
    if not measured.sampled:
        return Payload.NOT_MEASURED
    if measured.sampled_streams == measured.sampled:
        return Payload.STREAMS
    return Payload.MIXED if measured.sampled_streams else Payload.MIME


def _remarks(address: Address, routes: tuple[Route, ...], payload: Payload, facts: MailboxFacts) -> Iterator[str]:
    if refused := [folder for folder in facts.folders if folder.refused]:
        yield f"{count(len(refused), 'folder')} cannot be opened by this account: have its rights on them corrected."
    if address.kind == "imap":
        yield "IMAP has no calendar, contacts or tasks: they come by Exchange Web Services or a PST file, or not at all."
    if address.kind == "ews" and payload is Payload.MIME:
        yield "The server has no ExportItems: items come as MIME with what else it names, and meetings lose their organiser's tie."
    if payload is Payload.MIXED:
        yield "Some items of the sample could not be exported as they are and came as MIME."
    for store in facts.stores:
        if store.there and store.items:
            items = f"The {STORES[store.store]} ({store.items} items)"
            yield f"{items} is no part of it: add store={store.store} to the address to probe and move it."
    for route in routes:
        if route.state is RouteState.ANSWERS:
            yield f"{route.name} answers as well, {route.detail}: probe it by its own address."
