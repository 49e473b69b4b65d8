"""Apply the plan that was agreed on, or what is left of it after a kill."""

from __future__ import annotations

from skyflytt.dns.alone import alone
from skyflytt.dns.bring import Brought, bring, require_unmoved
from skyflytt.dns.move import DomainMove
from skyflytt.dns.plan import SHOWN
from skyflytt.dns.planning import planned
from skyflytt.dns.records import short_name
from skyflytt.dns.rows import ZoneRow, ZoneState, change_row, row_of
from skyflytt.dns.stages import AFTER_RAISING, applied, not_lowered, raised
from skyflytt.dns.ttl import end_waiting
from skyflytt.dns.zone import Zone
from skyflytt.errors.dns import NotLowered, PlanChanged, PlanMissing, TtlNotOver

WITHOUT_PLAN = (ZoneState.SNAPSHOT, ZoneState.RETURNING, ZoneState.RETURNED)
BEGUN = (ZoneState.APPLYING, ZoneState.APPLIED, *AFTER_RAISING)


@alone
def apply(
    move: DomainMove, plan_hash: str, *, without_waiting: bool = False, removal_limit: float | None = None
) -> Brought:
    """Make the plan's changes, with TTLs still low. Called again, it makes what is left of them.

    `removal_limit` is the share of records that may go, instead of the project file's. Raises `PlanMissing`, `PlanChanged` (another hash,
    or the project file says something else by now), `PlanUndecided`, `PlanInvalid`, `PlanTooLarge`, `ZoneMoved`, `NotLowered` and
    `TtlNotOver` unless `without_waiting`, `ChangeLost`; nothing is changed then.
    """
    row = row_of(move.ledger, move.project, move.domain.name)
    _require_agreed(move, row, plan_hash, move.domain.removal_limit if removal_limit is None else removal_limit)
    if not without_waiting and row.state not in BEGUN:
        _require_waited(move, row, require_unmoved(move, row))
    target, doing, done = _way(move, row)
    brought = bring(move, row, target, doing)
    data = {"plan": row.plan_hash, "serial": brought.serial_after, "without_waiting": without_waiting}
    applied_at = row.applied_at or move.clock.now()
    change_row(move.ledger, move.project, row.domain, done, by=move.by, data=data, applied_at=applied_at)
    end_waiting(move)
    return brought


def _way(move: DomainMove, row: ZoneRow) -> tuple[Zone, ZoneState, ZoneState]:
    if row.state in AFTER_RAISING:
        return raised(row), ZoneState.RAISING, ZoneState.RAISED
    return applied(row, move.lowered_ttl_s), ZoneState.APPLYING, ZoneState.APPLIED


def _require_agreed(move: DomainMove, row: ZoneRow, plan_hash: str, limit: float) -> None:
    if row.state in WITHOUT_PLAN or row.plan_hash is None:
        raise PlanMissing(row.domain, f"it is {row.state}")
    if plan_hash != row.plan_hash:
        raise PlanChanged(row.domain, f"its hash is {row.plan_hash[:12]}, and {plan_hash[:12]} was asked for")
    found = planned(move, row)
    if found.hash != row.plan_hash:
        raise PlanChanged(row.domain, f"the project file now leads to {found.hash[:12]}, not to {row.plan_hash[:12]}")
    found.raise_if_unsafe(limit)


def _require_waited(move: DomainMove, row: ZoneRow, current: Zone) -> None:
    if keys := not_lowered(row, move.lowered_ttl_s, current):
        shown = ", ".join(f"{short_name(name, row.zone.origin)} {kind}" for name, kind in keys[:SHOWN])
        raise NotLowered(row.domain, shown)
    if row.state is ZoneState.LOWERING:
        raise NotLowered(row.domain, "it was not seen at every server yet")
    left_s = (row.wait_until - move.clock.now()).total_seconds() if row.wait_until else 0
    if row.wait_until is not None and left_s > 0:
        raise TtlNotOver(row.domain, f"until {row.wait_until:%Y-%m-%d %H:%M:%S} UTC", retry_after_s=left_s)
