"""`skyflytt step done`, `reject`, `approve`, `redo`."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from skyflytt.cli.opened import By, ProjectFile, Workspace, opened
from skyflytt.cli.person import person

StepId = Annotated[str, typer.Argument(metavar="STEP", help="The step's id.")]
Remark = Annotated[str, typer.Option(help="A remark, kept with the step.")]


def done(
    file: ProjectFile,
    step: StepId,
    *,
    workspace: Workspace,
    by: By = None,
    evidence: Annotated[
        list[str] | None, typer.Option(help="What it left, as NAME=TEXT, or NAME=@FILE for a file's digest.")
    ] = None,
    answer: Annotated[str, typer.Option(help="What is chosen, where the step is a choice.")] = "",
    at: Annotated[str, typer.Option(help="The time that the step asks for, such as 2026-08-11T09:00.")] = "",
    comment: Remark = "",
) -> None:
    """Say that a manual step is done. Exit status 1 when its turn has not come; the attempt is in the journal."""
    from skyflytt.deadline.local_time import read_instant  # noqa: PLC0415
    from skyflytt.phase.course import course_of  # noqa: PLC0415
    from skyflytt.playbook.perform import Said, complete, settle  # noqa: PLC0415

    who = by if by is not None else person()
    with opened(file, workspace) as migration:
        when = read_instant(at, migration.project.zone) if at else None
        said = Said(who, _evidence(evidence or []), comment, when, answer)
        course = course_of(migration, by=who)
        settle(course, by=who)
        new = complete(course, step, said)
        settle(course, by=who)
    typer.echo(f"{step} is done, by {who}." if new else f"{step} was done already; nothing is changed.")


def reject(
    file: ProjectFile,
    step: StepId,
    *,
    workspace: Workspace,
    comment: Annotated[str, typer.Option(help="Why it is rejected.")],
    by: By = None,
) -> None:
    """Say no to a manual step; it stands as failed with the reason, and can be done later."""
    from skyflytt.phase.course import course_of  # noqa: PLC0415
    from skyflytt.playbook import perform  # noqa: PLC0415

    who = by if by is not None else person()
    with opened(file, workspace) as migration:
        new = perform.reject(course_of(migration, by=who), step, by=who, comment=comment)
    typer.echo(f"{step} is rejected, by {who}." if new else f"{step} had ended already; nothing is changed.")


def approve(file: ProjectFile, step: StepId, *, workspace: Workspace, by: By = None) -> None:
    """Approve exactly what a step left; when it leaves something else later, the approval is void."""
    from skyflytt.phase.course import course_of  # noqa: PLC0415
    from skyflytt.playbook.perform import approve_step  # noqa: PLC0415

    who = by if by is not None else person()
    with opened(file, workspace) as migration:
        new = approve_step(course_of(migration, by=who), step, who)
    typer.echo(f"{who} approved {step}." if new else f"{who} had approved {step} already; it counts once.")


def redo(
    file: ProjectFile,
    step: StepId,
    *,
    workspace: Workspace,
    comment: Annotated[str, typer.Option(help="Why it is taken up again.")],
    by: By = None,
) -> None:
    """Take up a manual step again that was done; approvals of what it left are void once it leaves something else."""
    from skyflytt.phase.course import course_of  # noqa: PLC0415
    from skyflytt.playbook import perform  # noqa: PLC0415

    who = by if by is not None else person()
    with opened(file, workspace) as migration:
        new = perform.redo(course_of(migration, by=who), step, by=who, comment=comment)
    typer.echo(f"{step} is taken up again, by {who}." if new else f"{step} is not done; nothing is changed.")


def _evidence(given: list[str]) -> dict[str, str]:
    found = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals:
            raise typer.BadParameter(f"{one!r} is not of the form NAME=TEXT or NAME=@FILE")
        found[name] = _file(Path(value[1:])) if value.startswith("@") else value
    return found


def _file(path: Path) -> str:
    try:
        return f"{path.name}, sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}"
    except OSError as error:
        raise typer.BadParameter(f"{path}: {error.strerror}") from None
