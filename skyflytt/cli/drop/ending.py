"""`skyflytt drop receipt`, `skyflytt drop close` and `skyflytt drop erase`."""

from __future__ import annotations

from typing import Annotated

import typer

from skyflytt.cli.drop.which import Which, named
from skyflytt.cli.opened import By, ProjectFile, Workspace, opened
from skyflytt.cli.options import SecretsFile
from skyflytt.cli.person import person


def receipt(
    file: ProjectFile,
    drop: Which = None,
    *,
    workspace: Workspace,
    digest: Annotated[
        str | None,
        typer.Option(help="What the customer sent back: the SHA-256 of manifest.csv, or a line that holds it."),
    ] = None,
    waive: Annotated[bool, typer.Option("--waive", help="Go on without a receipt; --by stands for it.")] = False,
    by: By = None,
) -> None:
    """Take the customer's receipt for a drop, or note by name that there will be none."""
    from skyflytt.drop.lifecycle import confirm_receipt, waive_receipt  # noqa: PLC0415

    if waive == (digest is not None):
        raise typer.BadParameter("give either --digest or --waive")
    with opened(file, workspace) as migration:
        name, who = named(migration.project, drop), by or person()
        if digest is None:
            waive_receipt(migration.ledger, migration.name, name, by=who)
        else:
            confirm_receipt(migration.ledger, migration.name, name, digest, by=who)
    typer.echo(f"{who} {'waived the receipt for' if digest is None else 'confirmed the receipt of'} {name}.")


def close(file: ProjectFile, drop: Which = None, *, workspace: Workspace, secrets_file: SecretsFile = None) -> None:
    """Close a drop for good: sessions are cut at once, and the customer's own sign-in is shown to be refused."""
    from skyflytt.phase.drops import close_and_prove  # noqa: PLC0415

    with opened(file, workspace, secrets_file) as migration:
        name = named(migration.project, drop)
        proof = close_and_prove(migration, name)
    typer.echo(f"{name} is closed; the proof:")
    typer.echo(proof)


def erase(file: ProjectFile, drop: Which = None, *, workspace: Workspace, secrets_file: SecretsFile = None) -> None:
    """Erase what a closed drop held, after its receipt or waiver and the end of retrieval, and see that nothing is left."""
    from skyflytt.phase.drops import erase_drop  # noqa: PLC0415

    with opened(file, workspace, secrets_file) as migration:
        name = named(migration.project, drop)
        record = erase_drop(migration, name)
    typer.echo(f"{name}: {record['files']} files, {record['bytes']} bytes erased; {record['absence']}.")
