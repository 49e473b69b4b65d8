"""`skyflytt project check`: everything that is wrong with a project file, or a short summary of what it says."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from skyflytt.project.model import Project
    from skyflytt.project.problems import ProjectFileInvalid


def check(
    file: Annotated[Path, typer.Argument(help="The project file (YAML).", metavar="FILE")],
    as_json: Annotated[bool, typer.Option("--json", help="Give the result as JSON on standard output.")] = False,
) -> None:
    """Check a project file: print every error with its line and what to write instead (exit status 2), or a summary."""
    from skyflytt.project.load import load_project  # noqa: PLC0415
    from skyflytt.project.problems import ProjectFileInvalid  # noqa: PLC0415

    try:
        project = load_project(file)
    except ProjectFileInvalid as invalid:
        if not as_json:
            raise
        show_json(file, invalid=invalid)
        raise typer.Exit(2) from None
    if as_json:
        show_json(file, project=project)
    else:
        show_summary(file, project)


def summary_of(project: Project) -> dict[str, Any]:
    sections = ("servers", "mailboxes", "shares", "applications", "domains", "devices", "drops")
    return {
        "project": project.project,
        "customer": project.customer.name,
        "provider": project.contract.provider,
        "notice_given": project.contract.notice_given.isoformat(),
        "time_zone": project.time_zone,
        "playbook": project.playbook,
        "counts": {"contacts": len(project.customer.contacts)}
        | {section: len(getattr(project, section)) for section in sections},
    }


def show_json(file: Path, *, project: Project | None = None, invalid: ProjectFileInvalid | None = None) -> None:
    result = {
        "file": str(file),
        "valid": project is not None,
        "problems": [dataclasses.asdict(problem) for problem in invalid.problems] if invalid else [],
        "summary": summary_of(project) if project else None,
    }
    typer.echo(json.dumps(result, ensure_ascii=False, indent=2))


def show_summary(file: Path, project: Project) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    summary = summary_of(project)
    table = Table(title=Text(f"{project.project}: {project.customer.name}"), show_header=False, title_justify="left")
    table.add_row(
        "Leaves", Text(f"{project.contract.provider}, notice given {summary['notice_given']} ({project.time_zone})")
    )
    table.add_row("Playbook", project.playbook or "none: phases are started by hand")
    for section, count in summary["counts"].items():
        table.add_row(section.capitalize(), str(count))
    console = Console()
    console.print(table)
    console.print(Text(f"{file} is valid."))
