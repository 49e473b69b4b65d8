"""`skyflytt step list`."""

from __future__ import annotations

import json

import typer

from skyflytt.cli.opened import ProjectFile, Workspace, opened
from skyflytt.cli.options import AsJson
from skyflytt.cli.person import person


def list_(file: ProjectFile, *, workspace: Workspace, as_json: AsJson = False) -> None:
    """List the steps as they stand now: done, ready, late, and what each of the others waits for."""
    from skyflytt.phase.course import course_of  # noqa: PLC0415

    with opened(file, workspace) as migration:
        project = migration.project
        standings = course_of(migration, by=person()).view().standings()
    rows = [
        {
            "step": one.step.id,
            "owner": one.step.owner,
            "state": ("ready" if one.ready else one.state.value) if one.applies else "does not apply",
            "due": one.due_at.astimezone(project.zone).isoformat() if one.due_at else None,
            "late": one.late,
            "waits_for": one.waits_for,
        }
        for one in standings
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        late = " LATE" if row["late"] else ""
        typer.echo(f"{row['state']:>14}{late}  {row['step']} ({row['owner']})  {row['waits_for']}".rstrip())
