"""`skyflytt exchange export`, `exports`, `clear-exports`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from skyflytt.cli.opened import By, ProjectFile, Workspace, opened
from skyflytt.cli.options import AsJson
from skyflytt.cli.person import person

if TYPE_CHECKING:
    from skyflytt.directory.exchange.export_requests import ExportProgress, ExportRequest
    from skyflytt.phase.migration import Migration

ServerName = Annotated[
    str, typer.Argument(metavar="SERVER", help="Name of an exchange-powershell server of the project file.")
]


def export(
    file: ProjectFile,
    server: ServerName,
    mailboxes: Annotated[
        list[str], typer.Argument(metavar="MAILBOX...", help="Addresses of mailboxes at this Exchange.")
    ],
    *,
    workspace: Workspace,
    archive: Annotated[bool, typer.Option("--archive", help="Their archive mailboxes instead.")] = False,
    leave_out: Annotated[
        int, typer.Option(min=0, help="Damaged items that may be left out of each PST; accepted by who runs it.")
    ] = 0,
    by: By = None,
) -> None:
    """Let Exchange write the mailboxes to PST files on its export share. What was begun before is found, and goes on."""
    from skyflytt.phase import server_pst  # noqa: PLC0415

    with opened(file, workspace) as migration:
        require_server(migration, server)
        with server_pst.opened(migration, server) as shell:
            for mailbox in mailboxes:
                begun = server_pst.begin(
                    migration, server, shell, mailbox, archive=archive, bad_item_limit=leave_out, by=by or person()
                )
                typer.echo(f"{mailbox}: {begun.status}, {begun.file}")


def exports(file: ProjectFile, server: ServerName, *, workspace: Workspace, as_json: AsJson = False) -> None:
    """Show how far the project's export requests are. Fails where one has failed or is suspended, and says what to do."""
    from skyflytt.phase import server_pst  # noqa: PLC0415

    with opened(file, workspace) as migration:
        require_server(migration, server)
        with server_pst.opened(migration, server) as shell:
            found = list(server_pst.watched(migration, shell))
    for request, seen in found:
        typer.echo(json.dumps(_row(request, seen), ensure_ascii=False) if as_json else _line(request, seen))
    for _, seen in found:
        seen.require_going_well()


def clear_exports(file: ProjectFile, server: ServerName, *, workspace: Workspace, by: By = None) -> None:
    """Take completed export requests away from Exchange; the PST files stay. The journal keeps what each left out."""
    from skyflytt.phase import server_pst  # noqa: PLC0415

    with opened(file, workspace) as migration:
        require_server(migration, server)
        with server_pst.opened(migration, server) as shell:
            for seen in server_pst.clear(migration, shell, by or person()):
                typer.echo(f"{seen.identity}: {seen.items} items, {seen.left_out} left out")


def require_server(migration: Migration, name: str) -> None:
    from skyflytt.phase import server_pst  # noqa: PLC0415

    try:
        server_pst.server_of(migration, name)
    except LookupError as error:
        raise typer.BadParameter(str(error)) from None


def _line(request: ExportRequest, seen: ExportProgress) -> str:
    left_out = f", {seen.left_out} left out" if seen.left_out else ""
    return f"{request.name}: {seen.status}, {seen.percent} %, {seen.items} of {seen.items_expected} items{left_out}, {request.file}"


def _row(request: ExportRequest, seen: ExportProgress) -> dict[str, object]:
    return {
        "name": request.name,
        "file": request.file,
        "status": seen.status,
        "percent": seen.percent,
        "items": seen.items,
        "items_expected": seen.items_expected,
        "left_out": seen.left_out,
        "failure": seen.failure_type,
        "message": seen.message,
    }
