"""TTLs: lowered before the cutover, the old ones waited out from when the last server has the lowered, raised again afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from skyflytt.deadline.table import drop_deadline_in, set_deadlines
from skyflytt.deadline.terms import Deadline
from skyflytt.dns.alone import alone
from skyflytt.dns.bring import Brought, bring, require_unmoved
from skyflytt.dns.move import DomainMove
from skyflytt.dns.rows import ZoneRow, ZoneState, change_row, row_of
from skyflytt.dns.stages import AFTER_RAISING, longest_ttl_s, lowered, raised
from skyflytt.dns.verdict import ServerVerdict, all_authoritative
from skyflytt.dns.verify import verify
from skyflytt.errors.dns import PlanMissing, ServersDisagree

CAN_BE_LOWERED = (ZoneState.PLANNED, ZoneState.LOWERING, ZoneState.LOWERED)


@dataclass(frozen=True, slots=True)
class Lowered:
    """`wait_until`: from then on nobody may have a copy with an old TTL any more."""

    brought: Brought
    wait_until: datetime
    verdicts: tuple[ServerVerdict, ...]


def deadline_name(domain: str) -> str:
    return f"dns-ttl.{domain}"


@alone
def lower(move: DomainMove, *, despite_servers: bool = False) -> Lowered:
    """Lower the TTLs of what the plan changes. The old TTL counts from when every authoritative server has the lowered one.

    Raises `PlanMissing`, `ZoneMoved`, and `ServersDisagree` until all of them have it, unless `despite_servers`; called again, it goes on.
    """
    row = row_of(move.ledger, move.project, move.domain.name)
    if row.state not in CAN_BE_LOWERED:
        raise PlanMissing(row.domain, f"it is {row.state}, and TTLs are lowered before a plan is applied")
    target = lowered(row, move.lowered_ttl_s, require_unmoved(move, row))
    brought = bring(move, row, target, ZoneState.LOWERING)
    verdicts = verify(move)
    if not all_authoritative(verdicts) and not despite_servers:
        late = [one.sentence for one in verdicts if one.kind == "authoritative" and not one.right]
        raise ServersDisagree(row.domain, "; ".join(late) or "none of them could be reached from here")
    wait_until = _wait_until(move, row, brought)
    data = {"wait_until": wait_until.isoformat(), "despite_servers": not all_authoritative(verdicts)}
    change_row(move.ledger, move.project, row.domain, ZoneState.LOWERED, by=move.by, data=data, wait_until=wait_until)
    why = f"Until then others may keep the records of {row.domain} by their old TTL."
    set_deadlines(move.ledger, move.project, [Deadline(deadline_name(row.domain), wait_until, why)], by=move.by)
    return Lowered(brought, wait_until, tuple(verdicts))


@alone
def raise_ttl(move: DomainMove) -> Brought:
    """Give the changed records the TTLs that are to stay. Raises `PlanMissing` before they are applied, `ZoneMoved`."""
    row = row_of(move.ledger, move.project, move.domain.name)
    if row.state is not ZoneState.APPLIED and row.state not in AFTER_RAISING:
        raise PlanMissing(row.domain, f"it is {row.state}, and TTLs are raised after the plan is applied")
    brought = bring(move, row, raised(row), ZoneState.RAISING)
    data = {"serial": brought.serial_after}
    change_row(move.ledger, move.project, row.domain, ZoneState.RAISED, by=move.by, data=data)
    return brought


def end_waiting(move: DomainMove) -> None:
    """The deadline is of no use any more."""
    with move.ledger.writing() as connection:
        drop_deadline_in(connection, move.ledger, move.project, deadline_name(move.domain.name), by=move.by)


def _wait_until(move: DomainMove, row: ZoneRow, brought: Brought) -> datetime:
    if row.wait_until is not None and row.state is ZoneState.LOWERED and not brought.changes:
        return row.wait_until
    return move.clock.now() + timedelta(seconds=longest_ttl_s(row))
