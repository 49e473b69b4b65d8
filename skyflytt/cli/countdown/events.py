"""`skyflytt countdown show`, `follow`, `mark`, `active`, `warned`, `returned`, `prevented`, `deleted`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from skyflytt.cli.opened import By, ProjectFile, Workspace, opened
from skyflytt.cli.person import person

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from skyflytt.deadline.countdown import Countdown

Organisation = Annotated[str, typer.Argument(metavar="ORGANISATION", help="The organisation's name.")]
Kinds = Literal["app-sign-in", "message", "token-refresh", "administrator-sign-in", "control-hub-sign-in"]


def show(file: ProjectFile, *, workspace: Workspace) -> None:
    """Show every count of the project: its state, when the warning and the deletion are due."""
    from skyflytt.deadline.countdowns import countdowns  # noqa: PLC0415

    with opened(file, workspace) as migration:
        for count in countdowns(migration.ledger, migration.name).values():
            _tell(count, migration.project.zone)


def follow(
    file: ProjectFile,
    organisation: Organisation,
    *,
    workspace: Workspace,
    subscription: Annotated[Literal["paid", "trial"], typer.Option(help="What ends.")],
    ends: Annotated[str, typer.Option(help="Day on which it ends, such as 2026-03-01.")],
    by: By = None,
) -> None:
    """Follow a subscription or trial: its renewal period lasts 60 days after a paid one, 30 after a trial."""
    from skyflytt.deadline import countdowns  # noqa: PLC0415
    from skyflytt.deadline.local_time import read_instant  # noqa: PLC0415

    with opened(file, workspace) as migration:
        zone = migration.project.zone
        count = countdowns.begin(
            migration.ledger, migration.name, organisation,
            subscription=subscription, ends=read_instant(ends, zone), zone=zone, by=by or person(),
        )  # fmt: skip
        _tell(count, zone)


def mark(
    file: ProjectFile,
    organisation: Organisation,
    *,
    workspace: Workspace,
    licences: Annotated[int, typer.Option(min=0, help="Licences that are left.")],
    customers: Annotated[int, typer.Option(min=0, help="Customers that it manages.")],
    by: By = None,
) -> None:
    """The organisation is marked to be deleted: its renewal period is over, no licence is left, it manages no customers."""
    from skyflytt.deadline import countdowns  # noqa: PLC0415

    with opened(file, workspace) as migration:
        zone, who = migration.project.zone, by or person()
        ledger, name = migration.ledger, migration.name
        _tell(countdowns.mark(ledger, name, organisation, zone, licences=licences, customers=customers, by=who), zone)


def active(
    file: ProjectFile,
    organisation: Organisation,
    *,
    workspace: Workspace,
    kind: Annotated[Kinds, typer.Option(help="What somebody did; a control-hub sign-in postpones by 60 days.")],
    at: Annotated[str, typer.Option(help="When, such as 2026-06-10T14:00 (default: now).")] = "",
    by: By = None,
) -> None:
    """Somebody was active: the count begins anew."""
    from skyflytt.deadline import countdowns  # noqa: PLC0415
    from skyflytt.deadline.countdown import Activity  # noqa: PLC0415
    from skyflytt.deadline.local_time import read_instant  # noqa: PLC0415

    with opened(file, workspace) as migration:
        zone = migration.project.zone
        when = read_instant(at, zone) if at else migration.clock.now()
        count = countdowns.active(
            migration.ledger, migration.name, organisation,
            activity=Activity(kind), at=when, zone=zone, by=by or person(),
        )  # fmt: skip
        _tell(count, zone)


def warned(
    file: ProjectFile,
    organisation: Organisation,
    *,
    workspace: Workspace,
    bounced: Annotated[list[str] | None, typer.Option(help="An address that the warning came back from.")] = None,
    by: By = None,
) -> None:
    """Every full administrator was written to just now; where one came back, nobody counts as warned."""
    from skyflytt.deadline import countdowns  # noqa: PLC0415

    with opened(file, workspace) as migration:
        zone, who = migration.project.zone, by or person()
        back = tuple(bounced or ())
        _tell(countdowns.warn(migration.ledger, migration.name, organisation, zone, bounced=back, by=who), zone)


def returned(
    file: ProjectFile,
    organisation: Organisation,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="The address that it came back from.")],
    *,
    workspace: Workspace,
    by: By = None,
) -> None:
    """A warning came back later: the administrators are to be warned again, and the last 30 days begin with that."""
    from skyflytt.deadline import countdowns  # noqa: PLC0415

    with opened(file, workspace) as migration:
        zone, who = migration.project.zone, by or person()
        _tell(countdowns.bounce(migration.ledger, migration.name, organisation, address, zone, by=who), zone)


def prevented(
    file: ProjectFile,
    organisation: Organisation,
    *,
    workspace: Workspace,
    why: Annotated[str, typer.Option(help="How the licences came back.")],
    by: By = None,
) -> None:
    """Licences are back, and nothing is deleted."""
    from skyflytt.deadline import countdowns  # noqa: PLC0415

    with opened(file, workspace) as migration:
        zone, who = migration.project.zone, by or person()
        _tell(countdowns.prevent(migration.ledger, migration.name, organisation, zone, by=who, why=why), zone)


def deleted(
    file: ProjectFile,
    organisation: Organisation,
    *,
    workspace: Workspace,
    at_once: Annotated[bool, typer.Option("--at-once", help="The customer did it by its own procedure.")] = False,
    by: By = None,
) -> None:
    """The organisation is deleted. Refused before its count is over, unless the customer did it by its own procedure."""
    from skyflytt.deadline import countdowns  # noqa: PLC0415

    with opened(file, workspace) as migration:
        zone, who = migration.project.zone, by or person()
        act = countdowns.delete_at_once if at_once else countdowns.delete
        _tell(act(migration.ledger, migration.name, organisation, zone, by=who), zone)


def _tell(count: Countdown, zone: ZoneInfo) -> None:
    from skyflytt.deadline.countdown import CountState  # noqa: PLC0415

    if count.state in (CountState.DELETED, CountState.PREVENTED):
        typer.echo(f"{count.organisation}: {count.state}")
        return
    dates = (count.renewal_ends, count.warning_due(zone), count.deletion_due(zone))
    renewal, warning, deletion = (f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in dates)
    back = f"; the warning came back from {count.bounced}" if count.bounced else ""
    typer.echo(
        f"{count.organisation}: {count.state}; renewal to {renewal}, warning {warning}, deletion {deletion}{back}"
    )
