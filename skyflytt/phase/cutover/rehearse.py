"""The rehearsal of a domain's cutover on a copy of its zone, in a ledger of its own: planned, applied, seen, and taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from skyflytt.deadline.clock import Clock
from skyflytt.decommission.absence import Verdict
from skyflytt.dns.apply import apply
from skyflytt.dns.hosts import open_host
from skyflytt.dns.move import DomainMove
from skyflytt.dns.plan import DnsPlan, diff_lines
from skyflytt.dns.planning import plan
from skyflytt.dns.port import ZoneHost
from skyflytt.dns.rollback import roll_back
from skyflytt.dns.rows import row_of
from skyflytt.dns.snapshot import snapshot
from skyflytt.dns.ttl import lower
from skyflytt.dns.verdict import Answer, ServerVerdict
from skyflytt.dns.verify import verify
from skyflytt.dns.zone import Change, Zone, changes_between, in_safe_order
from skyflytt.errors.base import Failure
from skyflytt.ledger import journal, projects
from skyflytt.ledger.open import open_ledger
from skyflytt.mailflow.trial import Flow, Patience
from skyflytt.phase.cutover.copied_zone import CopiedZone
from skyflytt.phase.cutover.mail import NEW, try_mail
from skyflytt.phase.cutover.names import AskedNames, PlannedNames
from skyflytt.phase.cutover.ready import REHEARSED
from skyflytt.phase.look_around import belongings
from skyflytt.phase.migration import Migration
from skyflytt.project.domains import CustomerDomain

ACTOR = "skyflytt"


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One part of the evening, tried: `seconds` were measured; `said` is what came of it."""

    part: str
    verdict: Verdict
    said: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """Runs parts one after the other, and keeps how long each took."""

    parts: list[Rehearsed]
    passed: Callable[[], float] = monotonic

    def run(self, part: str, act: Callable[[], tuple[Verdict, str]]) -> bool:
        """Whether the part went well; a failure is told in it."""
        began = self.passed()
        try:
            verdict, said = act()
        except Failure as failure:
            verdict, said = Verdict.FAILED, f"{failure} {failure.advice}"
        self.parts.append(Rehearsed(part, verdict, said, round(self.passed() - began, 2)))
        return verdict is Verdict.PASS


def rehearse_domain(
    migration: Migration, domain: CustomerDomain, watch: Stopwatch, patience: Patience | None = None
) -> tuple[str, ...]:
    """Read the zone, copy it to the scratch host (or into memory), and make the whole cutover there and back; the lines of the plan.

    Nothing is changed at the domain's own host. Letters are handed to the servers that the plan names, as if it were applied.
    """
    with _own_host(migration, domain) as host:
        live = host.read()
        capabilities = host.capabilities
    with (
        _scratch(migration, domain, live, lambda: CopiedZone(live, capabilities)) as scratch,
        TemporaryDirectory() as folder,
    ):
        move = _move(migration, domain, scratch, Path(folder))
        try:
            planned: list[DnsPlan] = []
            if watch.run(f"{domain.name}: plan", lambda: _planned(move, planned)):
                _there_and_back(migration, move, watch, patience)
            return tuple(diff_lines(planned[0].changes)) if planned else ()
        finally:
            move.ledger.engine.dispose()


NO_DOWNTIME = ("plan", "lower the TTLs", "roll back")
"""Parts that are made before that evening, or not at all."""


def downtime_s(parts: Sequence[Rehearsed]) -> float:
    """From the last pass to the first letter at the new home: what people notice."""
    return round(sum(one.seconds for one in parts if not one.part.endswith(NO_DOWNTIME)), 1)


def note_rehearsal(migration: Migration, parts: Sequence[Rehearsed], downtime_s: float) -> None:
    """In the journal, so that the cutover can say whether there was one."""
    data = {
        "parts": [{"part": one.part, "verdict": one.verdict.value, "seconds": one.seconds} for one in parts],
        "downtime_s": downtime_s,
    }
    journal.append(migration.ledger, migration.name, actor=ACTOR, action=REHEARSED, subject=migration.name, data=data)


def _there_and_back(migration: Migration, move: DomainMove, watch: Stopwatch, patience: Patience | None) -> None:
    name, domain = move.domain.name, move.domain
    watch.run(f"{name}: lower the TTLs", lambda: (Verdict.PASS, f"{len(lower(move).brought.changes)} record sets"))
    watch.run(f"{name}: switch", lambda: _applied(move))
    watch.run(f"{name}: verify", lambda: _seen(verify(move)))
    if domain.mail_test is not None:
        after = PlannedNames(move.host.read(), AskedNames(domain))
        watch.run(
            f"{name}: mail flow", lambda: _flowed(try_mail(migration, domain, after, expected=NEW, patience=patience))
        )
    watch.run(f"{name}: roll back", lambda: _back(move))


def _planned(move: DomainMove, planned: list[DnsPlan]) -> tuple[Verdict, str]:
    snapshot(move)
    planned.append(plan(move))
    planned[0].raise_if_unsafe(move.domain.removal_limit)
    return Verdict.PASS, f"plan {planned[0].hash}: {len(planned[0].changes)} record sets change"


def _applied(move: DomainMove) -> tuple[Verdict, str]:
    found = plan(move)
    brought = apply(move, found.hash, without_waiting=True)
    return Verdict.PASS, f"{len(brought.changes)} record sets changed"


def _seen(verdicts: Sequence[ServerVerdict]) -> tuple[Verdict, str]:
    wrong = [one.sentence for one in verdicts if not one.right]
    return (Verdict.FAILED, "; ".join(wrong)) if wrong else (Verdict.PASS, "the copy has every change")


def _flowed(flows: Sequence[Flow]) -> tuple[Verdict, str]:
    verdicts = {one.verdict for one in flows}
    worst = next((one for one in (Verdict.FAILED, Verdict.UNKNOWN) if one in verdicts), Verdict.PASS)
    return worst, "; ".join(f"{one.direction}: {one.said}" for one in flows)


def _back(move: DomainMove) -> tuple[Verdict, str]:
    before = row_of(move.ledger, move.project, move.domain.name).zone
    roll_back(move)
    same = move.host.read().sets == before.sets
    return (
        (Verdict.PASS, "the copy is the snapshot again")
        if same
        else (Verdict.FAILED, "the copy differs from the snapshot")
    )


@contextmanager
def _own_host(migration: Migration, domain: CustomerDomain) -> Iterator[ZoneHost]:
    host = open_host(migration.project, domain, migration.secrets)
    try:
        yield host
    finally:
        host.close()


@contextmanager
def _scratch(
    migration: Migration, domain: CustomerDomain, live: Zone, otherwise: Callable[[], ZoneHost]
) -> Iterator[ZoneHost]:
    """Where the copy is: the zone at the scratch host is made equal to the live one, whatever it was."""
    if domain.rehearsal_host is None:
        yield otherwise()
        return
    with _own_host(migration, domain.model_copy(update={"host": domain.rehearsal_host})) as scratch:
        there = scratch.read()
        changes = in_safe_order(changes_between(there, live))
        if changes:
            scratch.change(changes, there)
        yield scratch


def _move(migration: Migration, domain: CustomerDomain, scratch: ZoneHost, folder: Path) -> DomainMove:
    """With a ledger of its own: the state of the real cutover is not touched."""
    ledger = open_ledger(f"sqlite:///{folder / 'rehearsal.sqlite'}", migration.clock)
    projects.ensure_project(ledger, migration.name)

    def look(_domain: CustomerDomain, after: Zone, changes: Sequence[Change], _clock: Clock) -> list[ServerVerdict]:
        return [_looked(scratch, after, changes)]

    return DomainMove(ledger, migration.name, domain, scratch, ACTOR, folder, belongings(migration.project), look)


def _looked(scratch: ZoneHost, after: Zone, changes: Sequence[Change]) -> ServerVerdict:
    there = replace(scratch.read(), serial=after.serial)
    differing = tuple(one.key for one in changes if there.find(*one.key) != after.find(*one.key))
    answer = Answer.WRONG if differing else Answer.RIGHT
    return ServerVerdict("authoritative", "the copy", "memory", 53, answer, there.serial, differing)
