"""`skyflytt dns snapshot`, `pointing`, `plan`, `verify`, `status`: what changes nothing at the host."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from skyflytt.cli.dns.which import Which, opened_move
from skyflytt.cli.opened import By, ProjectFile, Workspace, opened
from skyflytt.cli.options import AsJson, SecretsFile

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from skyflytt.dns.move import DomainMove
    from skyflytt.dns.plan import DnsPlan
    from skyflytt.dns.pointing import Pointing
    from skyflytt.dns.rows import ZoneRow

Anew = Annotated[
    bool,
    typer.Option(
        "--anew", help="Even when the older snapshot is the way back from changes that were made; there is none then."
    ),
]


def snapshot(
    file: ProjectFile,
    domain: Which = None,
    *,
    workspace: Workspace,
    secrets_file: SecretsFile = None,
    anew: Anew = False,
    by: By = None,
) -> None:
    """Keep the zone as it is now: in the ledger, and as a master file in the workspace. The way back leads to it."""
    from skyflytt.dns.snapshot import snapshot as take  # noqa: PLC0415

    with opened_move(file, workspace, domain, secrets_file, by) as move:
        found = take(move, anew=anew)
        records = sum(len(one.values) for one in found.zone.sets)
        signed = ", signed (DNSSEC)" if found.zone.signed else ""
        typer.echo(f"{move.domain.name}: {records} records, serial {found.zone.serial or 'unknown'}{signed}")
        typer.echo(f"{found.digest}  {found.file}")


def pointing(
    file: ProjectFile,
    domain: Which = None,
    *,
    workspace: Workspace,
    secrets_file: SecretsFile = None,
    as_json: AsJson = False,
) -> None:
    """Show everything in the zone that points to the old provider, and what it is there for."""
    from skyflytt.dns.planning import points_to_old  # noqa: PLC0415

    with opened_move(file, workspace, domain, secrets_file) as move:
        found = points_to_old(move)
        if as_json:
            typer.echo(json.dumps([_plain(one) for one in found], indent=2, ensure_ascii=False))
            return
        for one in found:
            typer.echo(_line(one))
        typer.echo(f"{len(found)} records of {move.domain.name} point to the old provider")


def plan(
    file: ProjectFile,
    domain: Which = None,
    *,
    workspace: Workspace,
    secrets_file: SecretsFile = None,
    as_json: AsJson = False,
    by: By = None,
) -> None:
    """Make the plan from the snapshot and the project file, and show it. Exit status 1 while it cannot be applied, with the reason."""
    from skyflytt.dns.planning import plan as make  # noqa: PLC0415

    with opened_move(file, workspace, domain, secrets_file, by) as move:
        found = make(move)
        if as_json:
            typer.echo(json.dumps(_of_plan(found), indent=2, ensure_ascii=False))
        else:
            for line in (*_plan_lines(found, _missing(move, found)), f"Plan {found.hash}"):
                typer.echo(line)
        found.raise_if_unsafe(move.domain.removal_limit)


def verify(
    file: ProjectFile,
    domain: Which = None,
    *,
    workspace: Workspace,
    secrets_file: SecretsFile = None,
    by: By = None,
) -> None:
    """Ask every authoritative server and the resolvers for what was changed. Exit status 1 unless all of them are right."""
    from skyflytt.dns.verify import verify as ask  # noqa: PLC0415

    with opened_move(file, workspace, domain, secrets_file, by) as move:
        verdicts = ask(move)
        for one in verdicts:
            typer.echo(one.sentence)
        if not verdicts or not all(one.right for one in verdicts):
            raise typer.Exit(1)


def status(file: ProjectFile, *, workspace: Workspace) -> None:
    """Show how far each domain is, as the ledger has it. Nothing is asked."""
    from skyflytt.dns.rows import find_row  # noqa: PLC0415

    with opened(file, workspace) as migration:
        for one in migration.project.domains:
            row = find_row(migration.ledger, migration.name, one.name)
            if row is None:
                typer.echo(
                    f"{one.name}: {'no snapshot yet' if one.host else 'names no host, so its records are not changed'}"
                )
            else:
                typer.echo("\n".join(_status_lines(row, migration.project.zone)))


def _status_lines(row: ZoneRow, zone: ZoneInfo) -> Iterator[str]:
    yield f"{row.domain}: {row.state}, snapshot {row.snapshot_digest[:12]} of {row.taken_at.astimezone(zone):%Y-%m-%d %H:%M %Z}"
    if row.plan_hash:
        yield f"  plan {row.plan_hash}, {len(row.changes)} changes"
    if row.wait_until:
        yield f"  others may keep the old records until {row.wait_until.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"
    if row.applied_at:
        yield f"  applied {row.applied_at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"


def _missing(move: DomainMove, found: DnsPlan) -> list[str]:
    """What new records lead to and is not there; nothing is known of it on a machine without resolvers."""
    import dns.resolver  # noqa: PLC0415

    from skyflytt.dns.queried import resolver_of  # noqa: PLC0415
    from skyflytt.dns.targets import missing_targets  # noqa: PLC0415

    try:
        return missing_targets(found.origin, found.changes, resolver_of(move.domain))
    except dns.resolver.NoResolverConfiguration:
        return []


def _plan_lines(found: DnsPlan, missing: Sequence[str]) -> Iterator[str]:
    from skyflytt.dns.plan import diff_lines  # noqa: PLC0415

    yield from diff_lines(found.changes)
    for one in found.kept:
        yield f"= {_line(one.found)}; kept: {one.why}"
    for undecided in found.undecided:
        yield f"? {_line(undecided)}; nobody has decided"
    for words in missing:
        yield f"! {words}, and new records lead there"
    yield f"{len(found.changes)} changes, {found.removed} of {found.records} records taken away, {len(found.undecided)} undecided"


def _line(one: Pointing) -> str:
    through = f" through {one.through}" if one.through else ""
    return f"{one.name} {one.type} {one.value} ({one.role.words}): {one.to}{through}"


def _plain(one: Pointing) -> dict[str, object]:
    return {
        "name": one.name, "type": one.type, "value": one.value, "role": one.role.id,
        "to": one.to, "through": one.through, "sure": one.sure,
    }  # fmt: skip


def _of_plan(found: DnsPlan) -> dict[str, object]:
    from skyflytt.dns.plan import diff_lines  # noqa: PLC0415

    return {
        "zone": found.origin, "hash": found.hash, "snapshot": found.snapshot_digest, "changes": list(diff_lines(found.changes)),
        "kept": [{**_plain(one.found), "why": one.why} for one in found.kept], "undecided": [_plain(one) for one in found.undecided],
        "problems": list(found.problems), "removed": found.removed, "records": found.records,
    }  # fmt: skip
