"""All that the page shows of one project, read from its ledger and workspace. Nothing is written to the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from skyflytt.deadline.countdown import Countdown
from skyflytt.deadline.countdowns import warnings_due
from skyflytt.ledger.projects import mode
from skyflytt.ledger.schema import Mode
from skyflytt.ledger.workloads import workloads
from skyflytt.phase.migration import Migration
from skyflytt.report.concerns import Concerns, concerns_in
from skyflytt.report.counted import passes_and_counts
from skyflytt.report.deadlines import DeadlineLine, deadlines_of
from skyflytt.report.drops import DropLine, drops_of
from skyflytt.report.failures import FailureLine, failures_of
from skyflytt.report.gauges import MOVED_KINDS, Gauge, gauges
from skyflytt.report.given import ApprovalLine, approvals_of
from skyflytt.report.history import History, history_of
from skyflytt.report.place import FOLDER
from skyflytt.report.steps import Steps, steps_of
from skyflytt.report.throughput import Throughput, throughput
from skyflytt.version import VERSION


@dataclass(frozen=True, slots=True)
class Report:
    """`at` is when it was read, by the clock of this name; `zone` is the project's, in which all times are shown."""

    project: str
    customer: str
    provider: str
    at: datetime
    clock: str
    zone: ZoneInfo
    version: str
    cut_over: bool
    steps: Steps
    deadlines: tuple[DeadlineLine, ...]
    gauges: tuple[Gauge, ...]
    throughput: Throughput | None
    concerns: Concerns
    failures: tuple[FailureLine, ...]
    drops: tuple[DropLine, ...]
    approvals: tuple[ApprovalLine, ...]
    history: History
    warnings: tuple[Countdown, ...]


def report_of(migration: Migration) -> Report:
    """Ask for every part. Raises what the ledger raises when it cannot be read."""
    project, ledger, name = migration.project, migration.ledger, migration.name
    of_project = workloads(ledger, name)
    passes, counts = passes_and_counts(ledger, name, migration.folder(FOLDER))
    arriving = {one.id: passes[one.id] for one in of_project if one.kind in MOVED_KINDS and one.id in passes}
    now = migration.clock.now()
    return Report(
        project=name,
        customer=project.customer.name,
        provider=project.contract.provider,
        at=now,
        clock=migration.clock.name,
        zone=project.zone,
        version=VERSION,
        cut_over=mode(ledger, name) is Mode.APPEND,
        steps=steps_of(migration),
        deadlines=deadlines_of(migration),
        gauges=tuple(gauges(project, of_project, passes, counts)),
        throughput=throughput(arriving, counts, now, project.zone),
        concerns=concerns_in(migration.workspace),
        failures=failures_of(migration, of_project, counts),
        drops=drops_of(migration),
        approvals=approvals_of(ledger, name),
        history=history_of(ledger, name),
        warnings=tuple(warnings_due(ledger, name, project.zone)),
    )
