"""`skyflytt callers instructions`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from skyflytt.cli.callers.told import Days, quiet
from skyflytt.cli.opened import ProjectFile, Workspace, opened
from skyflytt.cli.options import SecretsFile

Out = Annotated[
    Path | None, typer.Option(help="Folder for the pages (default: callers/instructions in the workspace).")
]
LanguageOption = Annotated[
    Literal["sv", "nb", "sr", "en"] | None, typer.Option(help="Language of all pages (default: each owner's).")
]
Send = Annotated[
    bool, typer.Option("--send", help="Mail each page to its owner's new mailbox, at most once in a week.")
]


def instructions(
    file: ProjectFile,
    *,
    workspace: Workspace,
    out: Out = None,
    language: LanguageOption = None,
    quiet_days: Days = 3,
    send: Send = False,
    secrets_file: SecretsFile = None,
) -> None:
    """Write a page for each owner of devices that still call: what to do with them, as HTML and as text.

    What is nobody's known gets a page of its own, and with --send goes to the customer's administrators.
    """
    from skyflytt.callers.standing import standing  # noqa: PLC0415
    from skyflytt.phase.caller_notices import tell_owners, write_pages  # noqa: PLC0415

    with opened(file, workspace, secrets_file) as migration:
        found = standing(migration.ledger, migration.project, quiet(quiet_days))
        folder = out or migration.folder("callers", "instructions")
        written = write_pages(migration, found, folder, language)
        sent = tell_owners(migration, found) if send else 0
    for path in written:
        typer.echo(str(path))
    if send:
        typer.echo(f"{sent} messages sent")
    elif not written:
        typer.echo("Nobody's device calls.")
