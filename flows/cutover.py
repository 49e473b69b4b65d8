"""Flow `cutover`: a named person approves, the last mirroring pass runs, everything is checked, the project only adds from then on."""

from __future__ import annotations

from typing import Any

from prefect import flow, pause_flow_run
from prefect.client.schemas.objects import State
from prefect.input import RunInput
from pydantic import Field, ValidationError

from blocks import MigrationProject
from flows.delta import run_delta
from flows.options import phase_options
from flows.phase_run import PhaseRun, explicit_end, phase_run
from flows.scope import mailbox_names
from skyflytt.deadline.notice import service_end
from skyflytt.deadline.table import deadlines
from skyflytt.deadline.terms import NOTICE_ENDS
from skyflytt.errors.playbook import ApproverMissing
from skyflytt.ledger import projects
from skyflytt.ledger.schema import Mode
from skyflytt.notice.local_time import at_text, until_text
from skyflytt.notice.message import NoticeKind
from skyflytt.phase.migration import Migration
from skyflytt.phase.tell import tell
from skyflytt.playbook.approvals import CUTOVER, approvals, approve
from tasks.check_mailbox import check_mailbox

APPROVAL_TIMEOUT_SECONDS = 24 * 3600


class CutoverApproval(RunInput):
    """Who says that the new home is ready to be used."""

    approver: str = Field(title="Your full name", description="It stands in the evidence.", min_length=1)


@flow(**phase_options("cutover"))
@explicit_end
def cutover(project: MigrationProject, approved_by: str | None = None, step: str | None = None) -> State[Any]:
    """Move over. Waits for an approval by name unless there is one; may be started again and does only what is left.

    Args:
        project: The customer's move.
        approved_by: Full name of who approves; empty to be asked in the run.
        step: The playbook's step that this run is for; empty when started by hand.
    """
    approver = _approver(project, approved_by)
    with phase_run(project, "cutover", step) as run:
        if _mode(project) is Mode.APPEND:
            run.notes.append("was already cut over; one more pass, adding only")
        run_delta(run, None, None)
        if not run.failures:
            run.each_mailbox(check_mailbox, mailbox_names(project, None))
        _switch(run, approver)
    return run.state()


def _approver(project: MigrationProject, approved_by: str | None) -> str:
    with project.open() as migration:
        given = approvals(migration.ledger, migration.name, CUTOVER)
    if given:
        return given[-1].approver
    if not approved_by:
        form = CutoverApproval.with_initial_data(
            description=f"**{project.name}**: approve the cutover. From then on, nothing is deleted or overwritten at the new home.",
            approver="",
        )
        approved_by = _asked(form)
    with project.open() as migration:
        approve(migration.ledger, migration.name, CUTOVER, approved_by)
    return approved_by


def _asked(form: type[CutoverApproval]) -> str:
    try:
        return pause_flow_run(wait_for_input=form, timeout=APPROVAL_TIMEOUT_SECONDS).approver
    except ValidationError:
        # The UI's form demands a name; the API takes an answer without one.
        raise ApproverMissing(CUTOVER) from None


def _switch(run: PhaseRun, approver: str) -> None:
    """Switch to append mode only when every account reconciles with nothing failed and every mailbox is complete."""
    failed = [account.workload.label for account in run.accounts if account.failed]
    if run.failures:
        return
    if failed:
        run.held = f"Not cut over: items failed in {', '.join(failed)}. Settle them, or have the loss accepted by name, and run again."
        return
    with run.project.open() as migration:
        if projects.cut_over(migration.ledger, migration.name, approver):
            run.notes.append(f"cut over, approved by {approver}; the target is only added to from now on")
        _tell(migration)


def _tell(migration: Migration) -> None:
    project, now = migration.project, migration.clock.now()
    service_ends = deadlines(migration.ledger, migration.name).get(NOTICE_ENDS)
    ends_at = (
        service_ends.at
        if service_ends
        else service_end(project.contract.notice_given, project.contract.notice, project.zone)
    )
    tell(
        migration,
        NoticeKind.CUTOVER_DONE,
        "cutover",
        lambda language: {
            "done_at": at_text(now, project.zone, language),
            "mailboxes": len(project.mailboxes),
            "shares": len(project.shares),
            "old_provider": project.contract.provider,
            "service_ends": until_text(ends_at, project.zone, language),
        },
    )


def _mode(project: MigrationProject) -> Mode:
    with project.open() as migration:
        return projects.mode(migration.ledger, migration.name)
