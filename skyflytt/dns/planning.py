"""Make the plan of a domain's change from its snapshot and the project file, and keep it for `apply` to go by."""

from __future__ import annotations

from skyflytt.dns.alone import alone
from skyflytt.dns.bring import require_unmoved
from skyflytt.dns.move import DomainMove
from skyflytt.dns.old_provider import old_provider
from skyflytt.dns.plan import DnsPlan, make_plan, plan_to_json
from skyflytt.dns.pointing import Pointing, pointing
from skyflytt.dns.rows import ZoneRow, ZoneState, change_row, row_of
from skyflytt.dns.wanted import decisions


def points_to_old(move: DomainMove) -> list[Pointing]:
    """Everything in the zone as it is now that points to the old provider. Nothing is kept of it."""
    zone = move.host.read()
    return pointing(zone, old_provider(zone, move.old))


@alone
def plan(move: DomainMove) -> DnsPlan:
    """The plan, kept in the ledger whether it is safe or not; only a safe one can be applied (`DnsPlan.raise_if_unsafe`).

    Made anew after a cutover, it corrects what is there: `apply` then makes the difference. Raises `NoSnapshot`, `PlanInvalid`
    (values that are none), `ZoneMoved` (somebody changed the zone since the snapshot).
    """
    row = row_of(move.ledger, move.project, move.domain.name)
    require_unmoved(move, row)
    found = planned(move, row)
    if found.hash != row.plan_hash or row.state is ZoneState.RETURNED:
        data = {
            "hash": found.hash,
            "changes": len(found.changes),
            "kept": len(found.kept),
            "undecided": len(found.undecided),
        }
        change_row(
            move.ledger, move.project, row.domain, ZoneState.PLANNED, by=move.by,
            data={**data, "removed": found.removed, "records": found.records}, plan=plan_to_json(found), plan_hash=found.hash,
        )  # fmt: skip
    return found


def planned(move: DomainMove, row: ZoneRow) -> DnsPlan:
    """The plan as the project file makes it now."""
    decided = decisions(row.zone.origin, move.domain.records)
    return make_plan(row.zone, decided, old_provider(row.zone, move.old), move.host.capabilities)
