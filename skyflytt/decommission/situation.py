"""Everything that the interlock looks at, gathered once. What was not measured is None, and never counts as good."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from skyflytt.decommission.activity import active_since, moved_since
from skyflytt.decommission.countdown import Countdown, countdown
from skyflytt.decommission.holds import HoldAnswered, hold_answers
from skyflytt.decommission.plan import Plan, make_plan, planned_workloads
from skyflytt.drop.rows import DropRow, drop_rows
from skyflytt.evidence.check import check_evidence
from skyflytt.evidence.lists import file_sha256
from skyflytt.evidence.manifest import manifest_name, write_workload_manifest
from skyflytt.evidence.write import MANIFESTS
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Account, last_account, state_counts
from skyflytt.ledger.projects import mode
from skyflytt.ledger.schema import Mode, State
from skyflytt.ledger.workloads import Workload
from skyflytt.playbook.approvals import approvals, deletion_of, different_people, losses_of, waiver_of


@dataclass(frozen=True, slots=True)
class WorkloadFacts:
    """One mailbox or share. `unplanned` is how many objects at the source differ from the last pass; None: nobody looked.

    `moved_since` is how many objects were moved from it after service had ended and the customer was warned.
    """

    label: str
    account: Account | None
    open_items: int
    failed: int
    accepted_by: tuple[str, ...]
    unplanned: int | None
    moved_since: int = 0


@dataclass(frozen=True, slots=True)
class Situation:
    """The state of one project at `now`, for one plan; `zone` is the one in which times are told."""

    project: str
    now: datetime
    plan: Plan
    mode: Mode
    workloads: tuple[WorkloadFacts, ...]
    evidence_problems: tuple[str, ...] | None
    drops: tuple[DropRow, ...]
    waived_by: Mapping[str, tuple[str, ...]]
    holds: Mapping[str, HoldAnswered]
    approvers: tuple[str, ...]
    countdown: Countdown
    zone: tzinfo = UTC


def look(
    ledger: Ledger,
    project: str,
    plan_hash: str,
    *,
    evidence: Path | None,
    unplanned: Mapping[str, int],
    zone: tzinfo = UTC,
) -> Situation:
    """Gather the facts about the plan that was approved as `plan_hash`.

    The plan is made anew from the ledger, so approvals for another plan do not count. `evidence` is a folder that
    `write_evidence` made; `unplanned` says for each workload's label how many objects differ at its source (`erase.differences`).
    """
    plan = make_plan(ledger, project)
    subject = deletion_of(plan_hash)
    found = countdown(ledger, project)
    since = active_since(ledger, project, found)
    drops = tuple(drop_rows(ledger, project).values())
    return Situation(
        project=project,
        now=ledger.clock.now(),
        plan=plan,
        mode=mode(ledger, project),
        workloads=tuple(_facts(ledger, one, unplanned, since) for one in planned_workloads(ledger, project)),
        evidence_problems=None if evidence is None else evidence_problems(ledger, project, evidence),
        drops=drops,
        waived_by={drop.name: _names(ledger, project, waiver_of(drop.name)) for drop in drops},
        holds=hold_answers(ledger, project),
        approvers=_names(ledger, project, subject) if plan.hash == plan_hash else (),
        countdown=found,
        zone=zone,
    )


def evidence_problems(ledger: Ledger, project: str, folder: Path) -> tuple[str, ...]:
    """What is wrong with the evidence, or where it tells another story than the ledger does now."""
    problems = list(check_evidence(folder).problems)
    if problems:
        return tuple(problems)
    with tempfile.TemporaryDirectory(prefix="skyflytt-") as made:
        for workload in planned_workloads(ledger, project):
            now = write_workload_manifest(Path(made), ledger, workload).csv
            written = folder / MANIFESTS / f"{manifest_name(workload)}.csv"
            if not written.is_file():
                problems.append(f"there is no manifest of {workload.label}")
            elif file_sha256(written) != now.sha256:
                problems.append(f"the manifest of {workload.label} is older than the ledger")
    return tuple(problems)


def _facts(ledger: Ledger, workload: Workload, unplanned: Mapping[str, int], since: datetime | None) -> WorkloadFacts:
    with ledger.reading() as connection:
        counts = state_counts(connection, workload)
    return WorkloadFacts(
        label=workload.label,
        account=last_account(ledger, workload),
        open_items=counts.get(State.SEEN, 0) + counts.get(State.STARTED, 0),
        failed=counts.get(State.FAILED, 0),
        accepted_by=_names(ledger, workload.project, losses_of(workload.label)),
        unplanned=unplanned.get(workload.label),
        moved_since=moved_since(ledger, workload, since),
    )


def _names(ledger: Ledger, project: str, subject: str) -> tuple[str, ...]:
    return tuple(different_people(approvals(ledger, project, subject)))
