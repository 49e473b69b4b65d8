"""The way back: every set that this project changed becomes what it was in the snapshot."""

from __future__ import annotations

from skyflytt.dns.alone import alone
from skyflytt.dns.bring import Brought, bring
from skyflytt.dns.move import DomainMove
from skyflytt.dns.rows import ZoneState, change_row, row_of
from skyflytt.dns.ttl import end_waiting


@alone
def roll_back(move: DomainMove, *, over_others: bool = False) -> Brought:
    """From any stage, also after a kill in its middle; called again, it goes on. The zone is then the snapshot, but for its serial.

    What somebody else changed in other sets is left alone and told in `others`, or undone as well with `over_others`. Neither a plan
    nor any waiting is asked for. Raises `NoSnapshot`, `ChangeLost`, and what the host raises.
    """
    row = row_of(move.ledger, move.project, move.domain.name)
    brought = bring(move, row, row.zone, ZoneState.RETURNING, leave_others=True, over_others=over_others)
    data = {"serial": brought.serial_after, "others": len(brought.others)}
    change_row(
        move.ledger, move.project, row.domain, ZoneState.RETURNED, by=move.by, data=data,
        written={}, wait_until=None, applied_at=None,
    )  # fmt: skip
    end_waiting(move)
    return brought
