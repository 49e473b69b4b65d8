"""Flow `weekly-report`: the customer is told how far the move has come, once a week."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from blocks import MigrationProject
from flows.by_schedule import by_schedule
from flows.options import phase_options
from flows.phase_run import ACTOR, explicit_end
from skyflytt.deadline.regimes import set_contract_deadlines
from skyflytt.phase.coming import coming
from skyflytt.phase.notices import weekly_report as send_report


@flow(**phase_options("weekly-report"))
@explicit_end
@by_schedule("weekly-report")
def weekly_report(project: MigrationProject) -> State[Any]:
    """Send the customer the report of the week: how much has been moved, what failed, what comes next. Each week's goes out once.

    Args:
        project: The customer's move.
    """
    with project.open() as migration:
        of = migration.project
        set_contract_deadlines(migration.ledger, migration.name, of.contract, of.zone, of.business, by=ACTOR)
        said = list(send_report(migration, coming(migration)))
    return Completed(
        message="; ".join(said) or "the week's report went out before, or is not due before its day and hour"
    )
