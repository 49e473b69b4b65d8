"""Flow `approve`: a named person's decision, given from a form and kept in the ledger for good."""

from __future__ import annotations

from datetime import date
from typing import Any

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from blocks import MigrationProject
from flows.options import phase_options
from flows.phase_run import explicit_end
from skyflytt.decommission.holds import Hold, HoldAnswer
from skyflytt.phase.decide import About, Decision, decide
from tasks.artifact_key import artifact_key


@flow(**phase_options("approve"))
@explicit_end
def approve(
    project: MigrationProject,
    what: Decision,
    full_name: str,
    digest: str = "",
    *,
    hold: Hold | None = None,
    answer: HoldAnswer | None = None,
    domain: str = "",
    copy: str = "",
    ages_out: date | None = None,
    reason: str = "",
) -> State[Any]:
    """Record who decided what, and when. The deletion needs two different people, and counts for the present plan only.

    Args:
        project: The customer's move.
        what: Which of the decisions it is.
        full_name: The person's full name; it stands in the evidence.
        digest: For a receipt: the SHA-256 of MANIFEST.csv that the customer sent back. For a domain: the plan's hash. Else empty.
        hold: For a retention question: which one; each is answered alone.
        answer: For a retention question: none, settled (kept elsewhere), or keep.
        domain: For a domain's records: which domain.
        copy: For a residual copy: which one (provider-backups, drops, archives, exports, staging).
        ages_out: For a residual copy: the last day on which it is there.
        reason: For a retention question or a residual copy: what was looked at, or where it is kept.
    """
    with project.open() as migration:
        about = About(
            digest=digest, hold=hold, answer=answer, domain=domain, copy=copy, ages_out=ages_out, reason=reason
        )
        words = decide(migration, what, full_name, about)
    create_markdown_artifact(words, key=artifact_key(project.name, "decision"), description=str(what))
    return Completed(message=words)
