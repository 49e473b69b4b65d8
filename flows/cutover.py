"""Flow `cutover`: a named person approves, the last mirroring pass runs, everything is checked, the project only adds from then on.

Then the domains that have a host are switched, by the plan that was approved, seen at every server, and tried with letters.
"""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.input import RunInput
from prefect.logging import get_run_logger
from pydantic import Field

from blocks import MigrationProject
from flows.asked import asked
from flows.delta import run_delta
from flows.domain import SERVER_MINUTES, settle_domains
from flows.dry_run import show_passes
from flows.mail_flow import MOST_MINUTES, settle_mail
from flows.options import phase_options
from flows.phase_run import PhaseRun, explicit_end, phase_run
from flows.scope import chosen_names, mailbox_names
from skyflytt.deadline.notice import service_end
from skyflytt.deadline.table import deadlines
from skyflytt.deadline.terms import NOTICE_ENDS
from skyflytt.errors.ledger import PassRunning
from skyflytt.ledger import projects
from skyflytt.ledger.schema import Mode
from skyflytt.notice.local_time import at_text, until_text
from skyflytt.notice.message import NoticeKind
from skyflytt.phase.about_decision import about_decision
from skyflytt.phase.cutover.domains import DomainAct, approve_plan, moving_domains
from skyflytt.phase.cutover.mail import mail_domains
from skyflytt.phase.cutover.ready import Ready, readiness, shown
from skyflytt.phase.cutover.waiting import Waiting, running_passes, wait_for_passes
from skyflytt.phase.decide import About, Decision
from skyflytt.phase.listings import forget_listings
from skyflytt.phase.migration import Migration
from skyflytt.phase.tell import tell
from skyflytt.playbook.approvals import CUTOVER, approvals, approve
from tasks.act_on_domain import record_domain
from tasks.check_mailbox import check_mailbox

WAIT_HOURS = 12.0


class CutoverApproval(RunInput):
    """Who says that the new home is ready to be used."""

    approver: str = Field(title="Your full name", description="It stands in the evidence.", min_length=1)


@flow(**phase_options("cutover"))
@explicit_end
def cutover(
    project: MigrationProject,
    approved_by: str | None = None,
    step: str | None = None,
    *,
    domains: bool = True,
    dry_run: bool = False,
    without_waiting: bool = False,
    wait_hours: float = WAIT_HOURS,
    server_minutes: float = SERVER_MINUTES,
    mail_minutes: float = MOST_MINUTES,
) -> State[Any]:
    """Move over. Waits for an approval by name unless there is one; may be started again and does only what is left.

    Args:
        project: The customer's move.
        approved_by: Full name of who approves, the domains' plans too; empty to be asked in the run.
        step: The playbook's step that this run is for; empty when started by hand.
        domains: Switch the records of the domains that have a host; off when that is a step of its own.
        dry_run: Say what it would do and what keeps it from that, and change nothing.
        without_waiting: Even while others may still have the domains' old records by their old TTL.
        wait_hours: How long a pass that runs already is waited for.
        server_minutes: How long name servers that lag are waited for.
        mail_minutes: How long a letter is waited for that tries whether mail flows.
    """
    ready = _readiness(project, domains=domains, without_waiting=without_waiting)
    asks = not dry_run and not ready.obstacles
    approver = _approver(project, approved_by, ready) if asks else ""
    with phase_run(project, "cutover", step, dry_run=dry_run) as run:
        if dry_run:
            _show(run, ready)
        elif ready.obstacles:
            run.hold(f"Nothing was begun: {'; '.join(ready.obstacles)}")
        else:
            _move_over(run, approver, wait_hours * 3600)
            if ready.domains and _is_well(run):
                options = {"without_waiting": without_waiting, "server_minutes": server_minutes}
                settle_domains(run, DomainAct.SWITCH, list(ready.domains), options)
            _end(run, ready, mail_minutes)
    return run.state()


def _readiness(project: MigrationProject, *, domains: bool, without_waiting: bool) -> Ready:
    with project.open() as migration:
        return readiness(migration, moving_domains(migration) if domains else [], without_waiting=without_waiting)


def _approver(project: MigrationProject, approved_by: str | None, ready: Ready) -> str:
    """Who approved it; a person who is asked now approves the plans of the domains as well, which the form names."""
    with project.open() as migration:
        given = approvals(migration.ledger, migration.name, CUTOVER)
    if given and not ready.unapproved:
        return given[-1].approver
    if not approved_by:
        with project.open() as migration:
            above = _above(migration, ready)
        approved_by = asked(CutoverApproval.with_initial_data(description=above), CUTOVER).approver
    with project.open() as migration:
        if not given:
            approve(migration.ledger, migration.name, CUTOVER, approved_by)
        for name in ready.unapproved:
            approve_plan(migration, name, approved_by)
    return given[-1].approver if given else approved_by


def _above(migration: Migration, ready: Ready) -> str:
    """What is approved and from which numbers, to stand above the form."""
    words = about_decision(migration, Decision.CUTOVER, About())
    plans = [f"- The records of {name} are changed: plan `{plan_hash}`." for name, plan_hash in ready.plans]
    rehearsed = [] if ready.rehearsed else ["- It was not rehearsed before."]
    return "\n".join([words, "", *plans, *rehearsed]).rstrip()


def _show(run: PhaseRun, ready: Ready) -> None:
    with run.project.open() as migration:
        for one in shown(migration, [one for one in moving_domains(migration) if one.name in ready.domains]):
            record_domain(migration.name, DomainAct.SWITCH, one)
        running = running_passes(migration.ledger, migration.name)
    run.notes += [f"it would wait for {one}" for one in running]
    run.notes += [f"held back: {one}" for one in ready.obstacles]
    run.notes += [f"nobody has approved the plan of {name}" for name in ready.unapproved]
    show_passes(run, *chosen_names(run.project, None, None))


def _move_over(run: PhaseRun, approver: str, most_s: float) -> None:
    if _mode(run.project) is Mode.APPEND:
        run.notes.append("was already cut over; one more pass, adding only")
    _last_pass(run, most_s)
    if not run.failures:
        run.each_mailbox(check_mailbox, mailbox_names(run.project, None))
    _switch(run, approver, most_s)


def _last_pass(run: PhaseRun, most_s: float) -> None:
    """Waits for passes that run, those too that began while it waited for others."""
    while True:
        _wait(run, most_s)
        run_delta(run, *chosen_names(run.project, None, None))
        others = [name for name, failure in run.failures.items() if isinstance(failure, PassRunning)]
        if not others or len(others) < len(run.failures):
            return
        run.failures.clear()
        run.accounts.clear()


def _wait(run: PhaseRun, most_s: float) -> None:
    with run.project.open(get_run_logger().info) as migration:
        waited = wait_for_passes(migration, Waiting(most_s))
        # What is told late must not be missed by the last pass.
        forget_listings(migration)
    run.notes += [f"waited for {one}" for one in waited]


def _switch(run: PhaseRun, approver: str, most_s: float) -> None:
    """Switch to append mode only when every account reconciles with nothing failed and every mailbox is complete."""
    failed = [account.workload.label for account in run.accounts if account.failed]
    if run.failures:
        return
    if failed:
        run.held = f"Not cut over: items failed in {', '.join(failed)}. Settle them, or have the loss accepted by name, and run again."
        return
    while True:
        try:
            with run.project.open() as migration:
                if projects.cut_over(migration.ledger, migration.name, approver):
                    run.notes.append(f"cut over, approved by {approver}; the target is only added to from now on")
        except PassRunning:
            _wait(run, most_s)
        else:
            return


def _end(run: PhaseRun, ready: Ready, mail_minutes: float) -> None:
    """When all is switched: letters in both directions, and the customer is told."""
    if not _is_well(run):
        return
    with run.project.open() as migration:
        tried = [one.name for one in mail_domains(migration) if one.name in ready.domains]
    settle_mail(run, tried, mail_minutes)
    run.notes += [
        f"nobody tried whether mail of {name} flows (mail_test)" for name in ready.domains if name not in tried
    ]
    if not ready.rehearsed:
        run.notes.append("it was not rehearsed before")
    if _is_well(run):
        with run.project.open() as migration:
            _tell(migration)
    elif ready.domains:
        run.hold(f"The way back: flow `domain`, act `{DomainAct.ROLL_BACK}`; the project stays in append mode")


def _is_well(run: PhaseRun) -> bool:
    return not run.failures and not run.held


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
