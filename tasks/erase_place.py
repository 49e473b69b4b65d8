"""Task: delete one mailbox or share at the source, as planned and approved."""

from __future__ import annotations

from prefect import task
from prefect.artifacts import create_table_artifact

from blocks import MigrationProject
from skyflytt.decommission.erase import Deletion
from skyflytt.decommission.interlock import Permit
from skyflytt.decommission.plan import planned_workloads
from skyflytt.phase.erasure import erase_place as erase_at_source
from tasks.artifact_key import artifact_key
from tasks.progress import reporting
from tasks.step import STEP, obeying


@task(**STEP, task_run_name="{project.name} · erase · {label}")
def erase_place(project: MigrationProject, label: str, given: Permit, side_by_side: int = 1) -> Deletion:
    """Delete it in two phases, and see that it is empty; a run that was killed is gone on with."""
    with (
        reporting(project.name, "erase", label) as report,
        obeying(report.tell),
        project.open(report.tell, side_by_side) as migration,
    ):
        workload = {one.label: one for one in planned_workloads(migration.ledger, migration.name)}[label]
        done = erase_at_source(migration, given, workload)
        row = {
            "place": done.place,
            "state": done.state,
            "planned": done.planned,
            "deleted": done.deleted,
            "remaining": done.remaining,
            "absence": done.absence,
        }
        key = artifact_key(migration.name, "erase", label)
        create_table_artifact(
            [row], key=key, description=f"**erase {label}**: {done.state}, plan {done.plan_hash[:12]}"
        )
        return done
