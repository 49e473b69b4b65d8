"""`skyflytt check`: whether all that a project needs of its servers is there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from skyflytt.cli.failures import FAILED, TRY_AGAIN_LATER
from skyflytt.cli.opened import ProjectFile
from skyflytt.cli.options import AsJson, SecretsFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skyflytt.project.model import Project
    from skyflytt.readiness import ServerCheck


def show_permissions(wanted: str | None) -> None:
    if wanted is not None:
        from skyflytt.readiness.page import PAGES  # noqa: PLC0415

        typer.echo(PAGES[wanted]().strip())
        raise typer.Exit


def check(
    file: ProjectFile,
    servers: Annotated[
        list[str] | None, typer.Argument(metavar="SERVER", help="Names of servers in the project file (default: all).")
    ] = None,
    *,
    secrets_file: SecretsFile = None,
    as_json: AsJson = False,
    permissions: Annotated[  # noqa: ARG001 - answered before anything else
        Literal["microsoft-365", "dropbox"] | None,
        typer.Option(
            "--permissions",
            callback=show_permissions,
            is_eager=True,
            help="Print the permissions that an app needs there, by what a project does, and check nothing.",
        ),
    ] = None,
) -> None:
    """Look whether the project's servers are ready: sign-in, right tenant or team, each permission, a first read. Writes nothing.

    One sentence for each thing that is missing, with what to click. Exit status 1 when anything is, 75 when a server did not answer.
    """
    from skyflytt.deadline.clock import clock_from_environment  # noqa: PLC0415
    from skyflytt.project.load import load_project  # noqa: PLC0415
    from skyflytt.project.secrets import FileSecrets, first_of, secrets_of_this_machine  # noqa: PLC0415
    from skyflytt.readiness.check import check_servers, open_for_check  # noqa: PLC0415

    project = load_project(file)
    names = _known(project, servers or [])
    given = (FileSecrets(secrets_file),) if secrets_file else ()
    secrets = first_of(*given, secrets_of_this_machine())
    found: list[ServerCheck] = []
    with open_for_check(project, secrets, clock_from_environment()) as migration:
        for one in check_servers(migration, names):
            found.append(one)
            if not as_json:
                _show(one)
    if as_json:
        _show_json(project, found)
    raise typer.Exit(_status(found))


def _known(project: Project, names: Sequence[str]) -> list[str]:
    for name in names:
        if name not in project.servers:
            known = ", ".join(project.servers) or "none"
            raise typer.BadParameter(f"the project file has no server {name}; it has {known}", param_hint="SERVER")
    return list(dict.fromkeys(names))


def _status(found: Sequence[ServerCheck]) -> int:
    from skyflytt.readiness import State  # noqa: PLC0415

    if any(one.of(State.MISSING) for one in found):
        return FAILED
    return 0 if all(one.ready for one in found) else TRY_AGAIN_LATER


def _show(one: ServerCheck) -> None:
    typer.echo(f"{one.server} ({one.kind}): {'ready' if one.ready else 'not ready'}")
    for finding in one.findings:
        code = f" [{finding.code}]" if finding.code else ""
        typer.echo(f"  {finding.state.value:<9}  {finding.sentence}{code}")


def _show_json(project: Project, found: Sequence[ServerCheck]) -> None:
    ready = all(one.ready for one in found)
    told = {"project": project.project, "ready": ready, "servers": [one.as_data() for one in found]}
    typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
