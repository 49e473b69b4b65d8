"""`skyflytt dns lower`, `apply`, `raise`, `rollback`: what changes records at their host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from skyflytt.cli.dns.which import Which, opened_move
from skyflytt.cli.opened import By, ProjectFile, Workspace
from skyflytt.cli.options import SecretsFile

if TYPE_CHECKING:
    from skyflytt.dns.bring import Brought

PlanHash = Annotated[
    str, typer.Option("--plan", metavar="HASH", help="The hash that `skyflytt dns plan` showed: what was agreed on.")
]
RemovalLimit = Annotated[
    float | None,
    typer.Option(min=0, max=1, help="The share of the records that may be taken away (default: the project file's)."),
]


def lower(
    file: ProjectFile,
    domain: Which = None,
    *,
    workspace: Workspace,
    secrets_file: SecretsFile = None,
    despite_servers: Annotated[
        bool,
        typer.Option(
            "--despite-servers",
            help="Count the old TTL from now on, although not every authoritative server has the lowered.",
        ),
    ] = False,
    by: By = None,
) -> None:
    """Lower the TTLs of what the plan changes, and say from when on nobody has the old ones any more."""
    from skyflytt.dns.ttl import lower as make  # noqa: PLC0415

    with opened_move(file, workspace, domain, secrets_file, by) as move:
        found = make(move, despite_servers=despite_servers)
        _tell(found.brought)
        typer.echo(f"Others may keep the old records until {found.wait_until:%Y-%m-%d %H:%M:%S} UTC")


def apply(
    file: ProjectFile,
    domain: Which = None,
    *,
    workspace: Workspace,
    plan_hash: PlanHash,
    secrets_file: SecretsFile = None,
    without_waiting: Annotated[
        bool, typer.Option("--without-waiting", help="Even while others may have the old records by their old TTL.")
    ] = False,
    removal_limit: RemovalLimit = None,
    by: By = None,
) -> None:
    """Make the changes of the plan that was agreed on, or what is left of them."""
    from skyflytt.dns.apply import apply as make  # noqa: PLC0415

    with opened_move(file, workspace, domain, secrets_file, by) as move:
        _tell(make(move, plan_hash, without_waiting=without_waiting, removal_limit=removal_limit))


def raise_(
    file: ProjectFile,
    domain: Which = None,
    *,
    workspace: Workspace,
    secrets_file: SecretsFile = None,
    by: By = None,
) -> None:
    """Give the changed records the TTLs that are to stay."""
    from skyflytt.dns.ttl import raise_ttl  # noqa: PLC0415

    with opened_move(file, workspace, domain, secrets_file, by) as move:
        _tell(raise_ttl(move))


def rollback(
    file: ProjectFile,
    domain: Which = None,
    *,
    workspace: Workspace,
    secrets_file: SecretsFile = None,
    over_others: Annotated[
        bool, typer.Option("--over-others", help="Undo what somebody else changed since the snapshot, too.")
    ] = False,
    by: By = None,
) -> None:
    """Return to the snapshot, from wherever the change is."""
    from skyflytt.dns.plan import diff_lines  # noqa: PLC0415
    from skyflytt.dns.rollback import roll_back  # noqa: PLC0415

    with opened_move(file, workspace, domain, secrets_file, by) as move:
        found = roll_back(move, over_others=over_others)
        _tell(found)
        if found.others and not over_others:
            typer.echo("Changed by somebody else since the snapshot, and left so:")
            for line in diff_lines(found.others):
                typer.echo(f"  {line}")


def _tell(brought: Brought) -> None:
    from skyflytt.dns.plan import diff_lines  # noqa: PLC0415

    for line in diff_lines(brought.changes):
        typer.echo(line)
    serials = f", serial {brought.serial_before} → {brought.serial_after}" if brought.serial_after is not None else ""
    typer.echo(
        f"{len(brought.changes)} sets of records changed{serials}" if brought.changes else "Nothing was left to change"
    )
