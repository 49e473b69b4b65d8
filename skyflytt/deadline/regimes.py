"""The contract's dates and the Data Act's side by side. Which of them hold is a person's decision, and is recorded as such."""

from __future__ import annotations

import json
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select

from skyflytt.deadline.business import BusinessHours, business_hours_of
from skyflytt.deadline.data_act import conflicts, switch_of
from skyflytt.deadline.table import set_deadlines
from skyflytt.deadline.terms import Deadline, by_contract, by_data_act, contract_deadlines
from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import journal as journal_table
from skyflytt.project.contract import Contract

DECIDED = "regime-decided"


@dataclass(frozen=True, slots=True)
class Regimes:
    """Both columns, where they conflict (clauses of a sentence), and in `follows` the one that the move is planned by."""

    contract: tuple[Deadline, ...]
    data_act: tuple[Deadline, ...]
    conflicts: tuple[str, ...]
    follows: str
    decided: str


def both_regimes(contract: Contract, zone: ZoneInfo, business: BusinessHours | None = None) -> Regimes:
    """Both columns of a contract, whichever is followed."""
    business = business or business_hours_of(zone)
    return Regimes(
        contract=by_contract(contract, zone),
        data_act=by_data_act(contract, zone, business),
        conflicts=(*conflicts(contract), *switch_of(contract, business).refused),
        follows="data-act" if contract.follows_data_act else "contract",
        decided=decision_of(contract),
    )


def decision_of(contract: Contract) -> str:
    """Who decided on the regime, in a sentence."""
    if contract.regime is None:
        return "Nobody has decided which periods hold; the contract's are shown as the plan."
    one = contract.regime
    return f"{one.decided_by} decided on {one.decided_on} to follow the {one.follow}: {one.why}"


def set_contract_deadlines(
    ledger: Ledger, project: str, contract: Contract, zone: ZoneInfo, business: BusinessHours | None = None, *, by: str
) -> list[str]:
    """Write the deadlines of the regime that holds, and in the journal who decided on it; the names of those that changed."""
    if contract.regime is not None and contract.regime.follow != _last_decision(ledger, project):
        one = contract.regime
        data = {"follow": one.follow, "decided_on": one.decided_on.isoformat(), "why": one.why}
        journal.append(ledger, project, actor=one.decided_by, action=DECIDED, subject=contract.provider, data=data)
    return set_deadlines(ledger, project, contract_deadlines(contract, zone, business), by=by)


def _last_decision(ledger: Ledger, project: str) -> str | None:
    where = (journal_table.c.project == project) & (journal_table.c.action == DECIDED)
    newest = select(journal_table.c.data).where(where).order_by(journal_table.c.number.desc()).limit(1)
    with ledger.reading() as connection:
        found = connection.execute(newest).scalar()
    return str(json.loads(found)["follow"]) if found else None
