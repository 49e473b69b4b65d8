"""Flow `approve`: a named person's decision, given from a form and kept in the ledger for good."""

from __future__ import annotations

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


@flow(**phase_options("approve"))
@explicit_end
def approve(project: MigrationProject, what: Decision, full_name: str, digest: str = "") -> State[Any]:
    """Record who decided what, and when. The deletion needs two different people, and counts for the present plan only.

    Args:
        project: The customer's move.
        what: Which of the decisions it is.
        full_name: The person's full name; it stands in the evidence.
        digest: For a receipt: the SHA-256 of MANIFEST.csv that the customer sent back. Else empty.
    """
    with project.open() as migration:
        words = decide(migration, what, full_name, digest)
    create_markdown_artifact(words, key=artifact_key(project.name, "decision"), description=str(what))
    return Completed(message=words)
