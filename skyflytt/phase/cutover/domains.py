"""The customer's domains in the cutover: opened at their hosts, planned, ready or not, changed, looked at, and taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from skyflytt.dns.apply import BEGUN, apply
from skyflytt.dns.bring import Brought
from skyflytt.dns.hosts import open_host
from skyflytt.dns.move import DomainMove
from skyflytt.dns.plan import DnsPlan, diff_lines
from skyflytt.dns.planning import plan, planned
from skyflytt.dns.rollback import roll_back
from skyflytt.dns.rows import ZoneRow, ZoneState, find_row, row_of
from skyflytt.dns.snapshot import snapshot
from skyflytt.dns.stages import AFTER_RAISING, applied, lowered, not_lowered, raised
from skyflytt.dns.ttl import lower, raise_ttl
from skyflytt.dns.verdict import ServerVerdict, all_authoritative
from skyflytt.dns.verify import verify
from skyflytt.dns.zone import changes_between
from skyflytt.errors.base import Failure
from skyflytt.errors.dns import DomainUnknown, PlanMissing, PlanNotApproved, ServersDisagree
from skyflytt.mailflow.trial import Patience
from skyflytt.phase.look_around import belongings
from skyflytt.phase.migration import Migration
from skyflytt.playbook.approvals import approvals, approve, plan_of_domain
from skyflytt.project.domains import CustomerDomain

ACTOR = "skyflytt"


class DomainAct(StrEnum):
    """What to do with a domain's records, in the order of an evening."""

    PLAN = "plan"
    LOWER_TTL = "lower the TTLs"
    SWITCH = "switch"
    VERIFY = "verify"
    RAISE_TTL = "raise the TTLs"
    ROLL_BACK = "roll back"


@dataclass(frozen=True, slots=True)
class Acted:
    """What an act came to: `lines` are the difference (`-` goes, `+` comes), `said` a sentence; `verdicts` of the servers that were asked.

    `held` says why nothing was done, where somebody or some time is waited for.
    """

    domain: str
    lines: tuple[str, ...] = ()
    said: str = ""
    plan_hash: str | None = None
    verdicts: tuple[ServerVerdict, ...] = ()
    held: str = ""


def moving_domains(migration: Migration, wanted: str | None = None) -> list[CustomerDomain]:
    """The domains whose records are changed by program or by a list for a person. Raises `DomainUnknown` for another that was asked for."""
    found = [one for one in migration.project.domains if one.host and wanted in {None, "", one.name}]
    if wanted and not found:
        raise DomainUnknown(
            wanted, f"those with a host are {', '.join(d.name for d in moving_domains(migration)) or 'none'}"
        )
    return found


@contextmanager
def open_move(migration: Migration, domain: CustomerDomain, *, by: str = ACTOR) -> Iterator[DomainMove]:
    """The domain at its host. Raises what opening the host raises."""
    host = open_host(migration.project, domain, migration.secrets)
    try:
        yield DomainMove(
            migration.ledger,
            migration.name,
            domain,
            host,
            by,
            migration.folder("dns"),
            belongings(migration.project),
        )
    finally:
        host.close()


def make_plan(move: DomainMove) -> Acted:
    """Look at the zone as it is and plan; what was changed already keeps its snapshot. Nothing is changed at the host."""
    row = find_row(move.ledger, move.project, move.domain.name)
    if row is None or not row.written:
        snapshot(move)
    found = plan(move)
    return Acted(move.domain.name, tuple(diff_lines(found.changes)), _told(found, move), found.hash)


def would(move: DomainMove, act: DomainAct) -> Acted:
    """What the act would change now. Nothing is changed, and nothing noted."""
    row = row_of(move.ledger, move.project, move.domain.name)
    current = move.host.read()
    targets = {
        DomainAct.LOWER_TTL: lowered(row, move.lowered_ttl_s, current),
        DomainAct.SWITCH: raised(row) if row.state in AFTER_RAISING else applied(row, move.lowered_ttl_s),
        DomainAct.RAISE_TTL: raised(row),
        DomainAct.ROLL_BACK: row.zone,
    }
    changes = list(changes_between(current, targets[act]))
    obstacle = obstacle_to_switch(move) if act is DomainAct.SWITCH else ""
    said = f"dry run: {_records(len(changes))} would be changed; nothing was changed"
    return Acted(move.domain.name, tuple(diff_lines(changes)), f"{said}. {obstacle}".rstrip(". "), row.plan_hash)


def act_on(
    move: DomainMove,
    act: DomainAct,
    *,
    without_waiting: bool = False,
    over_others: bool = False,
    patience: Patience | None = None,
) -> Acted:
    """Do it, or what is left of it after a kill. Raises what hinders it, before anything is changed."""
    if act is DomainAct.PLAN:
        return make_plan(move)
    if act is DomainAct.LOWER_TTL:
        return _lowered(move, patience or Patience())
    if act is DomainAct.SWITCH:
        return _switched(move, without_waiting=without_waiting, patience=patience or Patience())
    if act is DomainAct.VERIFY:
        verdicts = tuple(verify(move))
        return Acted(move.domain.name, (), _answers(verdicts), _hash(move), verdicts)
    if act is DomainAct.RAISE_TTL:
        brought = raise_ttl(move)
        return _acted(move, brought, _made(brought))
    brought = roll_back(move, over_others=over_others)
    left = (
        f"; {_records(len(brought.others))} that somebody else changed were left as they are" if brought.others else ""
    )
    return _acted(move, brought, f"the zone is its snapshot again ({_made(brought)}{left if not over_others else ''})")


def obstacle_to_switch(move: DomainMove, *, without_waiting: bool = False) -> str:
    """Why the records cannot be switched now, as a sentence with what to do; empty when they can. Nothing is changed."""
    row = find_row(move.ledger, move.project, move.domain.name)
    name = move.domain.name
    if row is None or row.plan_hash is None:
        return f"{name} has no plan yet: make it (act `{DomainAct.PLAN}`)"
    if row.state in BEGUN:
        return ""
    try:
        found = planned(move, row)
        found.raise_if_unsafe(move.domain.removal_limit)
    except Failure as failure:
        return f"{failure} {failure.advice}"
    if found.hash != row.plan_hash:
        return f"the project file now leads to another plan for {name}: make it anew (act `{DomainAct.PLAN}`)"
    return "" if without_waiting else _not_waited(move, row)


def approved(move: DomainMove) -> bool:
    """Whether a named person approved the plan as it is now."""
    return bool(approvals(move.ledger, move.project, plan_of_domain(move.domain.name, _hash(move) or "")))


def approve_plan(migration: Migration, domain: str, by: str) -> bool:
    """A named person approves the domain's plan as it is kept now; False when it was approved. Raises `NoSnapshot`, `PlanMissing`."""
    row = row_of(migration.ledger, migration.name, domain)
    if row.plan_hash is None:
        raise PlanMissing(domain, f"it is {row.state}")
    return approve(migration.ledger, migration.name, plan_of_domain(domain, row.plan_hash), by)


def settled(move: DomainMove, patience: Patience) -> tuple[ServerVerdict, ...]:
    """The servers' verdicts once every authoritative one is right, or when the patience is over."""
    began = patience.passed()
    while True:
        verdicts = tuple(verify(move))
        over = patience.passed() - began + patience.every_s > patience.most_s
        if all_authoritative(list(verdicts)) or over:
            return verdicts
        patience.wait(patience.every_s)


def wrong_servers(verdicts: Sequence[ServerVerdict]) -> list[str]:
    """The authoritative servers that do not have the change yet; everything, where none could be asked."""
    asked = [one for one in verdicts if one.kind == "authoritative"]
    if all_authoritative(list(verdicts)):
        return []
    return [one.sentence for one in asked if not one.right] or ["no authoritative server could be asked"]


def _switched(move: DomainMove, *, without_waiting: bool, patience: Patience) -> Acted:
    row = row_of(move.ledger, move.project, move.domain.name)
    if not approved(move):
        raise PlanNotApproved(move.domain.name, f"its hash is {row.plan_hash}")
    if obstacle := obstacle_to_switch(move, without_waiting=without_waiting):
        return Acted(move.domain.name, (), "nothing was changed", row.plan_hash, held=obstacle)
    brought = apply(move, row.plan_hash or "", without_waiting=without_waiting)
    verdicts = settled(move, patience)
    return _acted(move, brought, f"{_made(brought)}; {_answers(verdicts)}", verdicts)


def _lowered(move: DomainMove, patience: Patience) -> Acted:
    """The old TTL counts from when every authoritative server has the lowered one; those that lag are waited for a while."""
    began = patience.passed()
    while True:
        try:
            done = lower(move)
        except ServersDisagree as lagging:
            if patience.passed() - began + patience.every_s > patience.most_s:
                return Acted(
                    move.domain.name, (), "lowered at the host", _hash(move), held=f"{lagging} {lagging.advice}"
                )
            patience.wait(patience.every_s)
        else:
            until = f"{done.wait_until:%Y-%m-%d %H:%M:%S} UTC"
            words = f"{_made(done.brought)}; others may keep the old records of {move.domain.name} until {until}"
            return _acted(move, done.brought, words, done.verdicts)


def _not_waited(move: DomainMove, row: ZoneRow) -> str:
    name = move.domain.name
    if row.state is ZoneState.LOWERING or not_lowered(row, move.lowered_ttl_s, move.host.read()):
        return (
            f"the TTLs of {name} are not lowered yet (act `{DomainAct.LOWER_TTL}`), and then the old ones have to pass"
        )
    if row.wait_until is not None and move.clock.now() < row.wait_until:
        return f"others may keep the old records of {name} until {row.wait_until:%Y-%m-%d %H:%M:%S} UTC"
    return ""


def _told(found: DnsPlan, move: DomainMove) -> str:
    words = f"plan {found.hash}: {_records(len(found.changes))} change, {found.removed} of {found.records} single records go"
    try:
        found.raise_if_unsafe(move.domain.removal_limit)
    except Failure as failure:
        return f"{words}. Not to be applied: {failure} {failure.advice}"
    return words


def _acted(move: DomainMove, brought: Brought, said: str, verdicts: Sequence[ServerVerdict] = ()) -> Acted:
    return Acted(move.domain.name, tuple(diff_lines(brought.changes)), said, _hash(move), tuple(verdicts))


def _made(brought: Brought) -> str:
    return (
        f"{_records(len(brought.changes))} changed now" if brought.changes else "everything was as it should be already"
    )


def _answers(verdicts: Sequence[ServerVerdict]) -> str:
    wrong = wrong_servers(verdicts)
    late = [one.sentence for one in verdicts if one.kind == "resolver" and not one.right]
    words = f"not there yet: {'; '.join(wrong)}" if wrong else "every authoritative server has it"
    return f"{words}. Resolvers: {'; '.join(late)}" if late else words


def _records(count: int) -> str:
    return f"{count} record set{'' if count == 1 else 's'}"


def _hash(move: DomainMove) -> str | None:
    row = find_row(move.ledger, move.project, move.domain.name)
    return row.plan_hash if row is not None else None
