"""Flow `approve`: a named person's decision, given from a form and kept in the ledger for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.input import RunInput
from prefect.states import Completed
from pydantic import Field

from blocks import MigrationProject
from flows.asked import asked, prefilled
from flows.options import phase_options
from flows.phase_run import explicit_end
from skyflytt.decommission.copies import COPIES
from skyflytt.decommission.holds import Hold, HoldAnswer
from skyflytt.phase.about_decision import about_decision
from skyflytt.phase.decide import About, Decision, decide
from tasks.artifact_key import artifact_key

CopyName = StrEnum("CopyName", {name.replace("-", "_").upper(): name for name in COPIES})


class NameForm(RunInput):
    """Who decides it."""

    full_name: str = Field(title="Your full name", description="It stands in the evidence.", min_length=1)


class DigestForm(NameForm):
    """Who decides it, and what exactly was looked at."""

    digest: str = Field(
        default="",
        title="Digest",
        description="For a receipt what the customer sent back, for a domain the plan's hash.",
    )


class HoldForm(NameForm):
    """Who answers the question, and how."""

    answer: HoldAnswer = Field(
        title="Answer",
        description="none: there is nothing of the kind. settled: it is kept elsewhere now. keep: nothing may be deleted.",
    )
    reason: str = Field(title="Reason", description="What was looked at, or where it is kept.", min_length=1)


class CopyForm(NameForm):
    """Who states until when the copy is there."""

    ages_out: date = Field(title="Last day", description="The last day on which the copy is there.")
    reason: str = Field(default="", title="Reason", description="Where that is known from.")


FORMS: dict[Decision, type[NameForm]] = {
    Decision.RECEIPT: DigestForm,
    Decision.DOMAIN: DigestForm,
    Decision.HOLD: HoldForm,
    Decision.COPY: CopyForm,
}


@flow(**phase_options("approve"))
@explicit_end
def approve(
    project: MigrationProject,
    what: Decision,
    full_name: str = "",
    digest: str = "",
    *,
    hold: Hold | None = None,
    answer: HoldAnswer | None = None,
    domain: str = "",
    copy: CopyName | None = None,
    ages_out: date | None = None,
    reason: str = "",
) -> State[Any]:
    """Record who decided what, and when. The deletion needs two different people, and counts for the present plan only.

    Args:
        project: The customer's move.
        what: Which of the decisions it is.
        full_name: The person's full name; it stands in the evidence. Empty to be asked in the run, below what is decided.
        digest: For a receipt: the SHA-256 of manifest.csv that the customer sent back. For a domain: the plan's hash. Else empty.
        hold: For a retention question: which one; each is answered alone.
        answer: For a retention question: none, settled (kept elsewhere), or keep.
        domain: For a domain's records: which domain.
        copy: For a residual copy: which one.
        ages_out: For a residual copy: the last day on which it is there.
        reason: For a retention question or a residual copy: what was looked at, or where it is kept.
    """
    about = About(
        digest=digest, hold=hold, answer=answer, domain=domain, copy=copy or "", ages_out=ages_out, reason=reason
    )
    if not full_name:
        with project.open() as migration:
            above = about_decision(migration, what, about)
        full_name, about = _asked(what, about, above)
    with project.open() as migration:
        words = decide(migration, what, full_name, about)
    create_markdown_artifact(words, key=artifact_key(project.name, "decision"), description=str(what))
    return Completed(message=words)


def _asked(what: Decision, about: About, above: str) -> tuple[str, About]:
    """The name and the rest of what the form asks for; what the run was started with stands in it already."""
    form = FORMS.get(what, NameForm)
    there = {name: getattr(about, name) for name in form.model_fields if name != "full_name" and getattr(about, name)}
    said = asked(prefilled(form, above, **there), str(what))
    told = {name: getattr(said, name) for name in form.model_fields if name != "full_name"}
    return said.full_name, replace(about, **told)
