"""`skyflytt deadline`: when a period ends that is counted from a day, and what follows from a contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from skyflytt.deadline.answer import Answer
    from skyflytt.deadline.terms import Deadline


def deadline(
    date: Annotated[str, typer.Argument(help="Day or time that the period is counted from, such as 2026-08-08.")] = "",
    *,
    rule: Annotated[str, typer.Option(help="started-months:2, rolling-months:2, days:30, weeks:4-6, …")] = "",
    zone: Annotated[str, typer.Option(help="Time zone that decides midnights.")] = "Europe/Stockholm",
    country: Annotated[str | None, typer.Option(help="Country of the holidays (default: the zone's).")] = None,
    regime: Annotated[
        Literal["contract", "data-act"] | None, typer.Option(help="Count on from the notice; data-act: both columns.")
    ] = None,
    retrieval_days: Annotated[
        int | None, typer.Option(min=0, max=3660, help="Days of retrieval by the contract.")
    ] = None,
    erasure_days: Annotated[int, typer.Option(min=0, max=3660, help="Days to the erasure by the contract.")] = 0,
    project: Annotated[Path | None, typer.Option(help="Take all of it from this project file instead.")] = None,
    workspace: Annotated[
        Path | None, typer.Option(help="With --project: its folder, for every deadline that its ledger has.")
    ] = None,
    ahead: Annotated[bool, typer.Option("--ahead", help="Refuse a date that lies in the past.")] = False,
    ics: Annotated[Path | None, typer.Option(help="Write the deadlines as a calendar file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Tell the outcome as JSON.")] = False,
) -> None:
    """Say when a period ends: notice, business days and hours, or all deadlines of a contract."""
    from skyflytt.deadline import answer as answers  # noqa: PLC0415
    from skyflytt.deadline.clock import clock_from_environment  # noqa: PLC0415
    from skyflytt.deadline.local_time import read_zone  # noqa: PLC0415
    from skyflytt.deadline.rule import parse_rule  # noqa: PLC0415
    from skyflytt.errors.deadline import DateMissing, RuleUnknown  # noqa: PLC0415

    now = clock_from_environment().now()
    if project is not None:
        found = answers.of_project(project)
        if workspace is not None:
            found = answers.with_ledger(found, _of_ledger(project, workspace))
    elif not date:
        raise DateMissing("The period" if not rule else f"The period {rule}", "there is neither a date nor a project")
    elif not rule:
        raise RuleUnknown(repr(rule), f"what is counted from {date} is missing")
    else:
        asked = answers.Asked(date, parse_rule(rule), read_zone(zone), country, regime, retrieval_days, erasure_days)
        found = answers.of_period(asked, now, ahead=ahead)
    if ics is not None:
        _write(ics, answers.as_calendar(found, now))
    if as_json:
        typer.echo(json.dumps(answers.as_data(found), ensure_ascii=False, indent=2))
    else:
        _show(found)
        if ics is not None:
            typer.echo(f"Calendar file: {ics}")


def _of_ledger(project: Path, workspace: Path) -> tuple[Deadline, ...]:
    from skyflytt.cli.opened import opened  # noqa: PLC0415
    from skyflytt.deadline.table import deadlines  # noqa: PLC0415

    with opened(project, workspace) as migration:
        return tuple(deadlines(migration.ledger, migration.name).values())


def _show(found: Answer) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table("deadline", *found.columns, "why", title=found.title, title_justify="left")
    names = dict.fromkeys(one.name for column in reversed(list(found.columns.values())) for one in column)
    for name in names:
        cells = [next((one for one in column if one.name == name), None) for column in found.columns.values()]
        why = next(cell.why for cell in reversed(cells) if cell is not None)
        table.add_row(name, *(_cell(cell, found.zone) for cell in cells), Text(why))
    console = Console()
    console.print(table)
    for conflict in found.conflicts:
        console.print(Text(f"Conflict: {conflict}."))
    if found.decided:
        console.print(Text(found.decided))
    if found.charges:
        console.print(Text(found.charges))


def _cell(one: Any, zone: ZoneInfo) -> str:
    from skyflytt.deadline.shown import shown  # noqa: PLC0415

    return f"{shown(one, zone)} {one.at.astimezone(zone):%Z}" if one is not None else ""


def _write(path: Path, content: bytes) -> None:
    from skyflytt.errors.deadline import FileNotWritten  # noqa: PLC0415

    try:
        path.write_bytes(content)
    except OSError as error:
        raise FileNotWritten(str(path), error.strerror or str(error)) from error
