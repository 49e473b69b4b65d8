"""Task: the cutover of a domain, there and back, on a copy of its zone."""

from __future__ import annotations

from prefect import task
from prefect.artifacts import create_markdown_artifact

from blocks import MigrationProject
from skyflytt.mailflow.trial import Patience
from skyflytt.phase.cutover.domains import moving_domains
from skyflytt.phase.cutover.mail import tidy_up
from skyflytt.phase.cutover.rehearse import Rehearsed, Stopwatch
from skyflytt.phase.cutover.rehearse import rehearse_domain as rehearse
from tasks.artifact_key import artifact_key
from tasks.progress import reporting
from tasks.step import STEP, obeying


@task(**STEP, task_run_name="{project.name} · rehearse · {domain}")
def rehearse_domain(project: MigrationProject, domain: str, most_minutes: float) -> list[Rehearsed]:
    """Every part with its verdict and how long it took; the domain's own host is only read."""
    with (
        reporting(project.name, "rehearse", domain) as report,
        obeying(report.tell),
        project.open(report.tell) as migration,
    ):
        (found,) = moving_domains(migration, domain)
        watch = Stopwatch([])
        lines = rehearse(migration, found, watch, Patience(most_s=60 * most_minutes))
        tidy_up(migration, found)
        text = "\n".join(lines) or "nothing"
        key = artifact_key(migration.name, "rehearsal", domain)
        words = f"# {domain}: what the cutover changes\n\n```diff\n{text}\n```\n"
        create_markdown_artifact(words, key=key, description=f"{domain}: rehearsed on a copy")
    return watch.parts
