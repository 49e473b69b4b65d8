"""`skyflytt cutover ready`, `rehearse`, `mail`: what is tried before the evening, and after it."""

from __future__ import annotations

from typing import Annotated

import typer

from skyflytt.cli.dns.which import Which
from skyflytt.cli.opened import ProjectFile, Workspace, opened
from skyflytt.cli.options import SecretsFile

Minutes = Annotated[float, typer.Option(min=0, help="How long a letter is waited for, in minutes.")]
WithoutWaiting = Annotated[
    bool,
    typer.Option("--without-waiting", help="Leave aside that others may still have the old records by their old TTL."),
]


def ready(
    file: ProjectFile,
    *,
    workspace: Workspace,
    secrets_file: SecretsFile = None,
    without_waiting: WithoutWaiting = False,
) -> None:
    """Show what keeps the cutover from beginning: passes that run, domains that are not prepared. Exit status 1 while there is something."""
    from skyflytt.phase.cutover.domains import moving_domains  # noqa: PLC0415
    from skyflytt.phase.cutover.ready import readiness  # noqa: PLC0415
    from skyflytt.phase.cutover.waiting import running_passes  # noqa: PLC0415

    with opened(file, workspace, secrets_file) as migration:
        found = readiness(migration, moving_domains(migration), without_waiting=without_waiting)
        lines = [f"It would wait for {one}." for one in running_passes(migration.ledger, migration.name)]
    lines += [f"{one}." for one in found.obstacles]
    lines += [f"Nobody has approved the plan of {name}: {dict(found.plans)[name]}." for name in found.unapproved]
    if not found.rehearsed:
        lines.append("It was not rehearsed.")
    typer.echo("\n".join(lines) or "It can begin.")
    if found.obstacles or found.unapproved:
        raise typer.Exit(1)


def rehearse(
    file: ProjectFile,
    domain: Which = None,
    *,
    workspace: Workspace,
    secrets_file: SecretsFile = None,
    minutes: Minutes = 5.0,
) -> None:
    """Make the cutover of a domain on a copy of its zone, there and back, and measure it. Exit status 1 unless every part went well."""
    from skyflytt.cli.dns.which import which  # noqa: PLC0415
    from skyflytt.decommission.absence import Verdict  # noqa: PLC0415
    from skyflytt.mailflow.trial import Patience  # noqa: PLC0415
    from skyflytt.phase.cutover.mail import tidy_up  # noqa: PLC0415
    from skyflytt.phase.cutover.rehearse import Stopwatch, downtime_s, note_rehearsal, rehearse_domain  # noqa: PLC0415

    with opened(file, workspace, secrets_file) as migration:
        found, watch = which(migration.project, domain), Stopwatch([])
        for line in rehearse_domain(migration, found, watch, Patience(most_s=60 * minutes)):
            typer.echo(line)
        tidy_up(migration, found)
        note_rehearsal(migration, watch.parts, downtime_s(watch.parts))
    for one in watch.parts:
        typer.echo(f"{one.verdict:8}{one.seconds:8.2f} s  {one.part}: {one.said}")
    if any(one.verdict is not Verdict.PASS for one in watch.parts):
        raise typer.Exit(1)


def mail(
    file: ProjectFile,
    domain: Which = None,
    *,
    workspace: Workspace,
    secrets_file: SecretsFile = None,
    minutes: Minutes = 5.0,
) -> None:
    """Send a letter by the domain's MX and one from the new home outwards, and find them. Exit status 1 unless both arrive there."""
    from skyflytt.decommission.absence import Verdict  # noqa: PLC0415
    from skyflytt.mailflow.trial import Patience  # noqa: PLC0415
    from skyflytt.phase.cutover.mail import mail_domains, tidy_up, try_mail  # noqa: PLC0415
    from skyflytt.phase.cutover.names import AskedNames  # noqa: PLC0415

    flows = []
    with opened(file, workspace, secrets_file) as migration:
        for one in mail_domains(migration, domain):
            flows += try_mail(migration, one, AskedNames(one), patience=Patience(most_s=60 * minutes))
            tidy_up(migration, one)
    for flow in flows:
        took = f"{flow.seconds:6.1f} s" if flow.seconds is not None else ""
        typer.echo(f"{flow.verdict:8}{took:>10}  {flow.direction}: {flow.said}")
    if not flows or any(flow.verdict is not Verdict.PASS for flow in flows):
        raise typer.Exit(1)
