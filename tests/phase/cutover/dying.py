"""The cutover of a domain in a process that is killed at a chosen change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from skyflytt.deadline.clock import Clock, MovableClock
from skyflytt.dns.move import DomainMove
from skyflytt.dns.verdict import Answer, ServerVerdict
from skyflytt.dns.zone import Change, Zone
from skyflytt.ledger import projects
from skyflytt.ledger.open import open_ledger
from skyflytt.mailflow.trial import Patience
from skyflytt.phase.cutover.domains import DomainAct, act_on
from skyflytt.project.domains import CustomerDomain
from tests.phase.cutover.zone_file import ZoneFile

AT = datetime(2026, 8, 8, 9, 0, tzinfo=UTC)
PROJECT = "norrsken"
RECORDS = [
    {"name": "@", "type": "MX", "values": ["10 mx.new.example"]},
    {"name": "@", "type": "TXT", "values": ["v=spf1 include:spf.new.example -all"]},
    {"name": "autodiscover", "type": "CNAME", "values": ["autodiscover.new.example"]},
    {"name": "mail", "type": "A", "remove": True},
]
DOMAIN = CustomerDomain.model_validate(
    {"name": "norrsken.example", "host": "dns", "old": ["old.example", "198.51.100.0/24"], "records": RECORDS}
)


def looked(host: ZoneFile, after: Zone, changes: Sequence[Change]) -> list[ServerVerdict]:
    there = host.read()
    wrong = tuple(one.key for one in changes if there.find(*one.key) != after.find(*one.key))
    return [
        ServerVerdict("authoritative", "ns1", "127.0.0.1", 53, Answer.WRONG if wrong else Answer.RIGHT, None, wrong)
    ]


@contextmanager
def opened(folder: Path, dies_at: int | None = None) -> Iterator[DomainMove]:
    ledger = open_ledger(f"sqlite:///{folder / 'ledger.sqlite'}", MovableClock(AT))
    projects.ensure_project(ledger, PROJECT)
    host = ZoneFile(folder / "zone.json", dies_at)

    def look(_domain: CustomerDomain, after: Zone, changes: Sequence[Change], _clock: Clock) -> list[ServerVerdict]:
        return looked(host, after, changes)

    try:
        yield DomainMove(ledger, PROJECT, DOMAIN, host, "test", folder, (), look)
    finally:
        ledger.engine.dispose()


def die(folder: Path, act: DomainAct, dies_at: int) -> None:
    with opened(folder, dies_at) as move:
        act_on(move, act, without_waiting=True, patience=Patience(most_s=0))
