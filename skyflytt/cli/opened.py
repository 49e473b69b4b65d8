"""A project opened from its file for commands that work on its ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from skyflytt.phase.migration import Migration
    from skyflytt.project.model import Project

ProjectFile = Annotated[Path, typer.Argument(metavar="FILE", help="The project file (YAML).")]
Workspace = Annotated[
    Path, typer.Option(help="The project's folder with its ledger, archives and exports, as it was registered.")
]
By = Annotated[str | None, typer.Option("--by", help="Who decides or says so (default: who runs the command).")]


@contextmanager
def opened(file: Path, workspace: Path, secrets_file: Path | None = None) -> Iterator[Migration]:
    """The migration with this machine's secrets. Raises `ProjectFileInvalid`."""
    from skyflytt.deadline.clock import clock_from_environment  # noqa: PLC0415
    from skyflytt.phase.migration import open_migration  # noqa: PLC0415
    from skyflytt.project.load import load_project  # noqa: PLC0415
    from skyflytt.project.secrets import FileSecrets, first_of, secrets_of_this_machine  # noqa: PLC0415

    project = load_project(file)
    given = (FileSecrets(secrets_file),) if secrets_file else ()
    secrets = first_of(*given, secrets_of_this_machine())
    with open_migration(project, workspace, secrets, clock_from_environment()) as migration:
        yield migration


def instant(project: Project, text: str) -> datetime:
    """`2026-11-30` (its 24:00 in the project's zone), `2026-11-30T18:00`, or one with an offset. Raises `BadParameter`."""
    from datetime import date  # noqa: PLC0415

    from skyflytt.deadline.notice import end_of_day  # noqa: PLC0415

    try:
        if len(text) == len("2026-11-30"):
            return end_of_day(date.fromisoformat(text), project.zone)
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is neither a day (2026-11-30) nor an instant (2026-11-30T18:00)") from None
    return at if at.tzinfo is not None else at.replace(tzinfo=project.zone)
