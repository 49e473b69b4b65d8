"""Flow `approve`: a named person's decision, given from a form and kept in the ledger for good."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from blocks import MigrationProject
from flows.options import phase_options
from flows.phase_run import explicit_end
from skyflytt.phase.decide import Decision, decide
from tasks.artifact_key import artifact_key


class What(StrEnum):
    """What is decided."""

    CUTOVER = "the cutover may be made"
    WAIVE_RECEIPT = "the receipt for the drop is waived"
    DELETION = "the deletion at the old provider may be made, as planned"


DECISIONS = {
    What.CUTOVER: Decision.CUTOVER,
    What.WAIVE_RECEIPT: Decision.WAIVE_RECEIPT,
    What.DELETION: Decision.DELETION,
}


@flow(**phase_options("approve"))
@explicit_end
def approve(project: MigrationProject, what: What, full_name: str) -> State[Any]:
    """Record who decided what, and when. The deletion needs two different people, and counts for the present plan only.

    Args:
        project: The customer's move.
        what: Which of the decisions it is.
        full_name: The person's full name; it stands in the evidence.
    """
    with project.open() as migration:
        words = decide(migration, DECISIONS[what], full_name)
    create_markdown_artifact(words, key=artifact_key(project.name, "decision"), description=str(what))
    return Completed(message=words)
