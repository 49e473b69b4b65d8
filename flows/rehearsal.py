"""Flow `rehearsal`: the evening of the cutover on a copy: the test users' pass and checks, the zone there and back, mail to the new home."""

from __future__ import annotations

from time import monotonic
from typing import Any

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State

from blocks import MigrationProject
from flows.delta import run_delta
from flows.dry_run import show_passes
from flows.options import phase_options
from flows.phase_run import PhaseRun, explicit_end, phase_run
from flows.scope import mailbox_names
from skyflytt.decommission.absence import Verdict
from skyflytt.phase.cutover.domains import moving_domains
from skyflytt.phase.cutover.rehearse import Rehearsed, downtime_s, note_rehearsal
from skyflytt.phase.migration import Migration
from skyflytt.phase.said import told
from tasks.artifact_key import artifact_key
from tasks.check_mailbox import check_mailbox
from tasks.rehearse_domain import rehearse_domain


@flow(**phase_options("rehearsal"))
@explicit_end
def rehearsal(
    project: MigrationProject,
    step: str | None = None,
    *,
    mailboxes: list[str] | None = None,
    most_minutes: float = 5.0,
    dry_run: bool = False,
) -> State[Any]:
    """Try the whole evening with the domains' test users, and measure it. The domain's own records are not touched; nothing is cut over.

    Args:
        project: The customer's move.
        step: The playbook's step that this run is for; empty when started by hand.
        mailboxes: Mailboxes to rehearse with; empty for the test users that the domains name.
        most_minutes: How long a letter is waited for.
        dry_run: Say what would be rehearsed and what the test users' pass would do, and change nothing.
    """
    with phase_run(project, "rehearsal", step, dry_run=dry_run) as run:
        with project.open() as migration:
            users = mailboxes or _test_users(migration)
            domains = [one.name for one in moving_domains(migration)]
        if dry_run:
            _show(run, users, domains)
        else:
            _rehearse(run, users, domains, most_minutes)
    return run.state()


def _rehearse(run: PhaseRun, users: list[str], domains: list[str], most_minutes: float) -> None:
    parts = _users(run, users)
    for name in domains:
        found = rehearse_domain.submit(run.project, name, most_minutes).result(raise_on_failure=False)
        if isinstance(found, BaseException):
            run.failures[f"rehearsal {name}"] = found
        else:
            parts += found
    _tell(run, parts, users)


def _test_users(migration: Migration) -> list[str]:
    return list(dict.fromkeys(name for domain in migration.project.domains for name in domain.test_users))


def _users(run: PhaseRun, users: list[str]) -> list[Rehearsed]:
    """The last pass and the checks, with the mailboxes of the test users alone."""
    if not users:
        run.notes.append("no test users are named, so that no pass was rehearsed")
        return []
    began = monotonic()
    run_delta(run, mailbox_names(run.project, users), [])
    passed = monotonic()
    parts = [Rehearsed("last pass", _verdict(run), f"mailboxes {', '.join(users)}", round(passed - began, 2))]
    if not run.failures:
        run.each_mailbox(check_mailbox, users)
        parts.append(Rehearsed("checks", _verdict(run), "every message compared", round(monotonic() - passed, 2)))
    return parts


def _show(run: PhaseRun, users: list[str], domains: list[str]) -> None:
    if users:
        show_passes(run, mailbox_names(run.project, users), [])
    run.notes.append(f"test users: {', '.join(users) or 'none are named'}")
    run.notes.append(
        f"on a copy of their records: {', '.join(domains) or 'no domain has a host'}; letters would be sent"
    )


def _verdict(run: PhaseRun) -> Verdict:
    return Verdict.FAILED if run.failures or any(one.failed for one in run.accounts) else Verdict.PASS


def _tell(run: PhaseRun, parts: list[Rehearsed], users: list[str]) -> None:
    total = downtime_s(parts)
    rows = [{"part": one.part, "verdict": one.verdict.value, "seconds": one.seconds, "said": one.said} for one in parts]
    rows += [
        {"part": name, "verdict": Verdict.FAILED.value, "said": told(error)} for name, error in run.failures.items()
    ]
    words = f"measured downtime {total:.1f} s with {len(users)} test users: from the last pass to the first letter at the new home"
    key = artifact_key(run.project.name, "rehearsal")
    create_table_artifact(rows, key=key, description=f"**{run.project.name} · rehearsal**: {words}.")
    with run.project.open() as migration:
        note_rehearsal(migration, parts, total)
    run.notes.append(words)
    for one in parts:
        if one.verdict is not Verdict.PASS:
            run.hold(f"{one.part}: {one.verdict}, {one.said}")
