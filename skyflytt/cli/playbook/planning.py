"""`skyflytt playbook plan`: the timeline of a project, with dates."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skyflytt.cli.opened import ProjectFile, opened
from skyflytt.cli.playbook.showing import Tongue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skyflytt.deadline.terms import Deadline
    from skyflytt.playbook.steps import StepRow
    from skyflytt.project.model import Project


def plan(
    file: ProjectFile,
    *,
    playbook: Annotated[str | None, typer.Option(help="Another playbook than the project's.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="A date that a step asks for, as downtime=2026-08-11T09:00.")
    ] = None,
    answer: Annotated[
        list[str] | None, typer.Option("--answer", help="What is chosen at a step, as route=hosted-desktop.")
    ] = None,
    workspace: Annotated[
        Path | None, typer.Option(help="The project's folder: with what is done, from its ledger.")
    ] = None,
    svg: Annotated[Path | None, typer.Option(help="Draw it into this file as well.")] = None,
    language: Tongue = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Tell the plan as JSON.")] = False,
) -> None:
    """Draw the timeline: when each step can begin at the earliest, when it is late, and the deadlines between them."""
    from skyflytt.deadline.clock import clock_from_environment  # noqa: PLC0415
    from skyflytt.errors.playbook import PlaybookMissing  # noqa: PLC0415
    from skyflytt.playbook import draw  # noqa: PLC0415
    from skyflytt.playbook.load import load_playbook  # noqa: PLC0415
    from skyflytt.playbook.plan import plan_of  # noqa: PLC0415
    from skyflytt.project.load import load_project  # noqa: PLC0415

    project = load_project(file)
    name = playbook or project.playbook
    if name is None:
        raise PlaybookMissing(project.project, "give one with --playbook")
    known, rows = _known(project, file, workspace)
    known = {**known, **_given(project, set_ or [])}
    now, answers = clock_from_environment().now(), _pairs(answer or [])
    planned = plan_of(load_playbook(name), known, project.business, now, rows, answers=answers)
    if svg is not None:
        title = f"{project.customer.name}: {load_playbook(name).title.said(language)}"
        _write(svg, draw.as_svg(planned, known, project.zone, title=title, language=language))
    if as_json:
        typer.echo(
            json.dumps(
                [
                    {
                        "step": one.step.id,
                        "owner": one.step.owner,
                        "begins": one.begins.astimezone(project.zone).isoformat(),
                        "ends": one.ends.astimezone(project.zone).isoformat(),
                        "late": one.late.astimezone(project.zone).isoformat() if one.late else None,
                        "done": one.done,
                        "open": one.open_date,
                    }
                    for one in planned
                ],
                indent=2,
            )
        )
        return
    typer.echo(draw.as_text(planned, known, project.zone, language))
    if svg is not None:
        typer.echo(f"Drawing: {svg}")


def _known(
    project: Project, file: Path, workspace: Path | None
) -> tuple[Mapping[str, Deadline], Mapping[str, StepRow]]:
    from skyflytt.deadline.table import deadlines  # noqa: PLC0415
    from skyflytt.deadline.terms import contract_deadlines  # noqa: PLC0415
    from skyflytt.playbook.steps import step_rows  # noqa: PLC0415

    known = {one.name: one for one in contract_deadlines(project.contract, project.zone, project.business)}
    if workspace is None:
        return known, {}
    with opened(file, workspace) as migration:
        ledger, name = migration.ledger, migration.name
        return {**known, **deadlines(ledger, name)}, step_rows(ledger, name)


def _given(project: Project, pairs: list[str]) -> dict[str, Deadline]:
    from skyflytt.deadline.local_time import read_instant  # noqa: PLC0415
    from skyflytt.deadline.terms import Deadline  # noqa: PLC0415

    found = _pairs(pairs)
    return {name: Deadline(name, read_instant(at, project.zone), "Given for the plan.") for name, at in found.items()}


def _pairs(given: list[str]) -> dict[str, str]:
    for one in given:
        if "=" not in one:
            raise typer.BadParameter(f"{one!r} is not of the form NAME=VALUE")
    return dict(one.split("=", 1) for one in given)


def _write(path: Path, text: str) -> None:
    from skyflytt.errors.deadline import FileNotWritten  # noqa: PLC0415

    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FileNotWritten(str(path), error.strerror or str(error)) from error
