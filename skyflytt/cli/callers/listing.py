"""`skyflytt callers list`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from skyflytt.cli.callers.told import Days, quiet, tell_counts
from skyflytt.cli.opened import ProjectFile, Workspace, opened
from skyflytt.cli.options import AsJson

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from skyflytt.callers.standing import Caller

Everything = Annotated[
    bool, typer.Option("--all", help="Also those that fell silent, only fail to sign in, or are nobody's device.")
]


def list_(
    file: ProjectFile, *, workspace: Workspace, all_: Everything = False, quiet_days: Days = 3, json_: AsJson = False
) -> None:
    """List the devices that still call, with owner, kind and the rule that named it. Exit status 1 while one does."""
    from skyflytt.callers.standing import standing  # noqa: PLC0415

    with opened(file, workspace) as migration:
        found = standing(migration.ledger, migration.project, quiet(quiet_days))
        zone = migration.project.zone
    shown = [one for one in found if all_ or one.calls_home]
    if json_:
        import json  # noqa: PLC0415

        typer.echo(json.dumps([as_data(one) for one in shown], ensure_ascii=False, indent=2))
    else:
        for one in shown:
            _tell(one, zone)
        tell_counts(found)
    if any(one.calls_home for one in found):
        raise typer.Exit(1)


def as_data(caller: Caller) -> dict[str, Any]:
    """A caller for programs; instants in ISO 8601, in UTC."""
    return {
        "state": caller.state.value,
        "silent_since": caller.last.isoformat() if caller.state == "silent" else None,
        "kind": caller.kind,
        "rule": caller.rule,
        "sure": caller.sure,
        "owner": caller.owner.name if caller.owner.known else None,
        "owner_by": caller.owner.by,
        "account": caller.account,
        "device": caller.device,
        "agent": caller.agent,
        "protocols": list(caller.protocols),
        "addresses": list(caller.addresses),
        "logs": list(caller.logs),
        "signed_in": caller.signed_in,
        "failed": caller.failed,
        "first": caller.first.isoformat(),
        "last": caller.last.isoformat(),
        "known_to": caller.known_to.isoformat(),
        "calls_home": caller.calls_home,
    }


def _tell(caller: Caller, zone: ZoneInfo) -> None:
    owner = f"{caller.owner.name} ({caller.owner.by})" if caller.owner.known else "owner unknown"
    rule = caller.rule or "no rule fits"
    kind = f"{caller.kind} [{rule}{'' if caller.sure or not caller.rule else ', probably'}]"
    state = "still calls" if caller.state == "calling" else "silent since"
    typer.echo(f"{owner}: {kind} {caller.device or caller.agent}".rstrip())
    typer.echo(
        f"  {state} {caller.last.astimezone(zone):%Y-%m-%d %H:%M}, as {caller.account or 'nobody'} by {', '.join(caller.protocols)} from "
        f"{_some(caller.addresses)}: {caller.signed_in} sign-ins, {caller.failed} failed, first "
        f"{caller.first.astimezone(zone):%Y-%m-%d %H:%M}"
    )


def _some(addresses: tuple[str, ...]) -> str:
    shown = ", ".join(addresses[:3]) or "an address that the log does not tell"
    return f"{shown} and {len(addresses) - 3} more" if len(addresses) > 3 else shown
