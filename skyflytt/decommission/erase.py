"""Delete one place of an approved plan, in two phases: `started` is on the disk before the first delete, `completed` after the last look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from skyflytt.decommission.eraser import Eraser
from skyflytt.decommission.interlock import Permit
from skyflytt.decommission.plan import PlannedPlace, make_plan
from skyflytt.errors.decommission import DecommissionRefused, NotInPlan, PlanChanged, StillThere
from skyflytt.ledger import items, journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.locks import workload_lock
from skyflytt.ledger.schema import State
from skyflytt.ledger.schema import deletion as deletion_table
from skyflytt.ledger.workloads import Workload
from skyflytt.playbook.approvals import approvals, deletion_of, different_people

BATCH_OBJECTS = 200
ABSENCE = "the source was listed after the deletion and showed 0 objects"


@dataclass(frozen=True, slots=True)
class Deletion:
    """A deletion's row; only `completed` says that something is gone."""

    place: str
    plan_hash: str
    state: str
    planned: int
    planned_bytes: int
    started_at: datetime
    completed_at: datetime | None
    deleted: int | None
    remaining: int | None
    absence: str | None

    @property
    def completed(self) -> bool:
        return self.state == "completed"


def erase(ledger: Ledger, given: Permit, workload: Workload, eraser: Eraser, *, by: str) -> Deletion:
    """Delete the workload's source, or go on where a killed run stopped; a completed deletion is only returned.

    Before the first delete everything at the source is compared with the plan, and anything else raises `NotInPlan` with
    nothing deleted. Raises `StillThere` when objects remain, `PlanChanged` when another plan was started.
    """
    planned = given.plan.place(workload.label)
    with workload_lock(ledger, workload):
        row = deletion(ledger, workload)
        if row is not None and row.plan_hash != given.plan.hash:
            raise PlanChanged(workload.label, f"a deletion for the plan {row.plan_hash[:12]} is {row.state}")
        if row is not None and row.completed:
            return row
        if row is None:
            require_approved(ledger, given)
            _require_as_planned(ledger, workload, eraser)
            _start(ledger, given, workload, planned, by=by)
        _delete_all(ledger, workload, eraser)
        eraser.clear_away()
        remaining = sum(1 for _ in eraser.present())
        if remaining:
            raise StillThere(workload.label, f"{remaining} objects are there")
        _complete(ledger, workload, planned, by=by)
    return {one.place: one for one in deletions(ledger, workload.project)}[workload.label]


def differences(ledger: Ledger, workload: Workload, eraser: Eraser) -> int:
    """How many objects at the source are not as the ledger's last pass saw them: new, changed, or missing.

    Once its deletion has started, objects that are missing are no longer counted.
    """
    unplanned, there = 0, 0
    for present in eraser.present():
        if _as_planned(ledger, workload, present.key, present.version):
            there += 1
        else:
            unplanned += 1
    if deletion(ledger, workload) is not None:
        return unplanned
    known = sum(1 for item in items.stream(ledger, workload) if item.state is not State.GONE)
    return unplanned + known - there


def deletion(ledger: Ledger, workload: Workload) -> Deletion | None:
    """The deletion of the workload's source, or None when none has started."""
    return {one.place: one for one in deletions(ledger, workload.project)}.get(workload.label)


def deletions(ledger: Ledger, project: str) -> list[Deletion]:
    """All deletions of the project, by place."""
    rows = select(deletion_table).where(deletion_table.c.project == project).order_by(deletion_table.c.place)
    with ledger.reading() as connection:
        found = connection.execute(rows).all()
    return [Deletion(**{name: value for name, value in row._asdict().items() if name != "project"}) for row in found]


def require_approved(ledger: Ledger, given: Permit) -> None:
    """Once more, right before the first delete: the plan is still the one, and two people stand for it in the ledger."""
    project = given.plan.project
    if make_plan(ledger, project).hash != given.plan.hash:
        raise PlanChanged(project, "the ledger has changed since")
    people = different_people(approvals(ledger, project, deletion_of(given.plan.hash)))
    if len(people) < 2:
        raise DecommissionRefused(
            project, f"{len(people)} of two different people approved the plan {given.plan.hash[:12]}"
        )


def _require_as_planned(ledger: Ledger, workload: Workload, eraser: Eraser) -> None:
    strange = [p.key for p in eraser.present() if not _as_planned(ledger, workload, p.key, p.version)]
    if strange:
        raise NotInPlan(workload.label, f"{len(strange)} of them, the first is {strange[0]}")


def _as_planned(ledger: Ledger, workload: Workload, key: str, version: str | None) -> bool:
    item = items.get(ledger, workload, key)
    return item is not None and item.state is not State.GONE and version in (None, item.version)


def _delete_all(ledger: Ledger, workload: Workload, eraser: Eraser) -> None:
    """Only what is planned is handed to the eraser; what has come meanwhile stays, and keeps the place from being completed."""
    for batch in items.batches(_last_first(ledger, workload, eraser), BATCH_OBJECTS):
        eraser.delete(batch)


def _last_first(ledger: Ledger, workload: Workload, eraser: Eraser) -> Iterator[str]:
    # Keys backwards, so that what a folder holds goes before the folder across batches too.
    there = [p.key for p in eraser.present() if _as_planned(ledger, workload, p.key, p.version)]
    yield from reversed(there)


def _start(ledger: Ledger, given: Permit, workload: Workload, planned: PlannedPlace, *, by: str) -> None:
    values: dict[str, Any] = {
        "project": workload.project,
        "place": workload.label,
        "plan_hash": given.plan.hash,
        "state": "started",
        "planned": planned.objects,
        "planned_bytes": planned.bytes,
        "started_at": ledger.clock.now(),
    }
    data = {
        "plan": given.plan.hash,
        "objects": planned.objects,
        "bytes": planned.bytes,
        "sha256": planned.objects_sha256,
    }
    with ledger.writing() as connection:
        connection.execute(insert(deletion_table).values(**values))
        journal.append_in(
            connection,
            ledger,
            workload.project,
            actor=by,
            action="deletion-started",
            subject=workload.label,
            data=data,
        )


def _complete(ledger: Ledger, workload: Workload, planned: PlannedPlace, *, by: str) -> None:
    where = (deletion_table.c.project == workload.project) & (deletion_table.c.place == workload.label)
    values = {
        "state": "completed",
        "completed_at": ledger.clock.now(),
        "deleted": planned.objects,
        "remaining": 0,
        "absence": ABSENCE,
    }
    with ledger.writing() as connection:
        connection.execute(update(deletion_table).where(where).values(**values))
        journal.append_in(
            connection,
            ledger,
            workload.project,
            actor=by,
            action="deletion-completed",
            subject=workload.label,
            data={"objects": planned.objects, "remaining": 0},
        )
