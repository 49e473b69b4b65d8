"""Flow `mail-flow`: letters really sent, by the domain's MX to the customer and from the new home outwards, and found where they belong."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from blocks import MigrationProject
from flows.options import phase_options
from flows.phase_run import PhaseRun, explicit_end, phase_run
from skyflytt.decommission.absence import Verdict
from skyflytt.phase.cutover.mail import mail_domains
from tasks.try_mail import try_mail

MOST_MINUTES = 5.0


@flow(**phase_options("mail-flow"))
@explicit_end
def mail_flow(
    project: MigrationProject, step: str | None = None, *, only: str | None = None, most_minutes: float = MOST_MINUTES
) -> State[Any]:
    """Try whether mail flows, in both directions, with a verdict and times for each. Before the cutover the old home is where it belongs.

    Args:
        project: The customer's move.
        step: The playbook's step that this run is for; empty when started by hand.
        only: One domain's name; empty for all that say how it is tried (`mail_test`).
        most_minutes: How long a letter is waited for.
    """
    with phase_run(project, "mail-flow", step) as run:
        with project.open() as migration:
            names = [one.name for one in mail_domains(migration, only)]
        settle_mail(run, names, most_minutes)
        if not names:
            run.notes.append("no domain of the project says how its mail is tried (mail_test)")
    return run.state()


def settle_mail(run: PhaseRun, names: list[str], most_minutes: float) -> None:
    """Mail that does not flow holds the run; what could not be tried is said, and is not counted as well."""
    for name in names:
        flows = try_mail.submit(run.project, name, most_minutes).result(raise_on_failure=False)
        if isinstance(flows, BaseException):
            run.failures[f"mail flow {name}"] = flows
            continue
        for one in flows:
            words = f"mail of {name} {one.direction}: {one.verdict}, {one.said}"
            if one.verdict is Verdict.FAILED:
                run.hold(words)
            else:
                run.notes.append(words)
