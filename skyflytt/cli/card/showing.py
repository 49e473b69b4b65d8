"""`skyflytt card list` and `skyflytt card show`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from skyflytt.cli.opened import ProjectFile, Workspace, opened
from skyflytt.cli.options import AsJson

Application = Annotated[str, typer.Argument(metavar="APPLICATION", help="The application's name in the project file.")]


def list_(file: ProjectFile, *, workspace: Workspace, as_json: AsJson = False) -> None:
    """List the applications and what is still open on their cards. Exit status 1 while one is open: the exit cannot end."""
    from skyflytt.application.card import open_points  # noqa: PLC0415
    from skyflytt.application.cards import cards  # noqa: PLC0415

    with opened(file, workspace) as migration:
        found = cards(migration.ledger, migration.name)
    missing = {name: dict(open_points(card)) for name, card in found.items()}
    if as_json:
        listed = [{"name": name, "product": card.product, "open": list(missing[name])} for name, card in found.items()]
        typer.echo(json.dumps(listed, ensure_ascii=False))
    for name, card in {} if as_json else found.items():
        typer.echo(f"{name}: {card.product}: {'; '.join(missing[name].values()) or 'everything is known'}")
    if any(missing.values()):
        raise typer.Exit(1)


def show(file: ProjectFile, application: Application, *, workspace: Workspace, as_json: AsJson = False) -> None:
    """Show one card, and what to ask the customer about such a program."""
    from skyflytt.application.card import open_points  # noqa: PLC0415
    from skyflytt.application.cards import card_of  # noqa: PLC0415
    from skyflytt.application.known import known_program  # noqa: PLC0415

    with opened(file, workspace) as migration:
        card = card_of(migration.ledger, migration.name, application)
    if as_json:
        typer.echo(card.model_dump_json(indent=2))
        return
    typer.echo(card.product)
    for label, value in (
        ("version", card.version),
        ("licence holder", card.licence_holder),
        ("activation key is kept", card.activation_key_at),
        ("documentation", card.documentation),
        ("accounts are kept", card.archive_at),
        ("restore", card.restore and f"{card.restore.result}, {card.restore.by}, {card.restore.at:%Y-%m-%d}"),
    ):
        if value:
            typer.echo(f"  {label}: {value}")
    for backup in card.backups:
        typer.echo(f"  backup: {backup.path} ({backup.size_bytes} bytes, sha256 {backup.sha256})")
    for point, reason in card.not_needed.items():
        typer.echo(f"  {point} is not needed: {reason}")
    for name, text in card.notes.items():
        typer.echo(f"  {name}: {text}")
    for _, words in open_points(card):
        typer.echo(f"  open: {words}")
    for question in known_program(card.product).ask:
        typer.echo(f"  ask: {question}")
