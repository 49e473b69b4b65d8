"""Task: one act on a domain's records at their host, or its dry run."""

from __future__ import annotations

from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact

from blocks import MigrationProject
from skyflytt.dns.verdict import ServerVerdict
from skyflytt.mailflow.trial import Patience
from skyflytt.phase.cutover.domains import Acted, DomainAct, act_on, moving_domains, open_move, would
from tasks.artifact_key import artifact_key
from tasks.progress import reporting
from tasks.step import STEP, obeying

LOOK_EVERY_S = 2.0
READS = (DomainAct.PLAN, DomainAct.VERIFY)


@task(**STEP, task_run_name="{project.name} · {act} · {domain}")
def act_on_domain(
    project: MigrationProject,
    domain: str,
    act: DomainAct,
    *,
    dry_run: bool = False,
    without_waiting: bool = False,
    over_others: bool = False,
    server_minutes: float = 5.0,
) -> Acted:
    """Do it, or what is left of it; before and after are an artifact, and so is what each name server says."""
    with (
        reporting(project.name, act.value, domain) as report,
        obeying(report.tell),
        project.open(report.tell) as migration,
    ):
        (found,) = moving_domains(migration, domain)
        with open_move(migration, found) as move:
            if dry_run and act not in READS:
                acted = would(move, act)
            else:
                patience = Patience(most_s=60 * server_minutes, every_s=LOOK_EVERY_S)
                acted = act_on(move, act, without_waiting=without_waiting, over_others=over_others, patience=patience)
        record_domain(migration.name, act, acted)
    return acted


def record_domain(project: str, act: DomainAct, acted: Acted) -> None:
    """The difference as an artifact, and the servers' verdicts as another where they were asked."""
    lines = "\n".join(acted.lines) or "nothing"
    words = f"# {acted.domain}: {act}\n\n{acted.said}\n\n```diff\n{lines}\n```\n"
    create_markdown_artifact(
        words, key=artifact_key(project, "dns", acted.domain), description=f"{acted.domain}: {act}"
    )
    if acted.verdicts:
        rows = [_row(one) for one in acted.verdicts]
        key = artifact_key(project, "dns", acted.domain, "servers")
        create_table_artifact(rows, key=key, description=f"**{acted.domain}**: what each server says after `{act}`")


def _row(one: ServerVerdict) -> dict[str, object]:
    return {
        "server": one.name,
        "address": f"{one.address}:{one.port}",
        "kind": one.kind,
        "answer": one.answer.value,
        "serial": one.serial,
        "differs in": ", ".join(" ".join(key) for key in one.differing),
        "until": f"{one.until:%Y-%m-%d %H:%M:%S} UTC" if one.until else "",
        "said": one.detail,
    }
