"""`skyflytt card set`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from skyflytt.cli.card.showing import Application
from skyflytt.cli.opened import By, ProjectFile, Workspace, opened
from skyflytt.cli.person import person

if TYPE_CHECKING:
    from skyflytt.application.card import Card


def set_(
    file: ProjectFile,
    application: Application,
    *,
    workspace: Workspace,
    version: Annotated[str | None, typer.Option(help="Version that made the backup.")] = None,
    licence_holder: Annotated[str | None, typer.Option(help="Who holds the licence.")] = None,
    activation_key_at: Annotated[
        str | None, typer.Option(help="Where the activation key is kept and who gets at it; never the key itself.")
    ] = None,
    backup: Annotated[
        list[Path] | None,
        typer.Option(help="A file of the backup on this machine; its digest is noted. May be repeated."),
    ] = None,
    restore: Annotated[
        str | None,
        typer.Option(metavar="worked|failed", help="How the trial restore at the new home went; --by tried it."),
    ] = None,
    remark: Annotated[str, typer.Option(help="A remark to the trial restore.")] = "",
    documentation: Annotated[str | None, typer.Option(help="What was handed over, and to whom.")] = None,
    archive_at: Annotated[
        str | None, typer.Option(help="Where the accounts are kept for the years that the law asks for.")
    ] = None,
    not_needed: Annotated[
        list[str] | None,
        typer.Option(metavar="POINT=REASON", help="A point that this application has not; --by says so."),
    ] = None,
    note: Annotated[list[str] | None, typer.Option(metavar="NAME=TEXT", help="Anything else, in free form.")] = None,
    by: By = None,
) -> None:
    """Note what is known of an application. Every change is in the journal, with who made it."""
    from skyflytt.application.card import open_points  # noqa: PLC0415
    from skyflytt.application.cards import card_of, change_card  # noqa: PLC0415
    from skyflytt.errors.application import CardChangeUnclear  # noqa: PLC0415

    who = by or person()
    said = {
        "version": version,
        "licence_holder": licence_holder,
        "activation_key_at": activation_key_at,
        "documentation": documentation,
        "archive_at": archive_at,
    }
    changes: dict[str, Any] = {field: value for field, value in said.items() if value is not None}
    with opened(file, workspace) as migration:
        card = card_of(migration.ledger, migration.name, application)
        if restore is not None:
            tried = {"by": who, "at": migration.clock.now(), "result": _result(application, restore), "remark": remark}
            changes["restore"] = tried
        if backup:
            changes["backups"] = tuple(_backup(path) for path in backup)
        changes |= _free(card, not_needed or [], note or [], who)
        if not changes:
            raise CardChangeUnclear(application, "nothing was given")
        card = change_card(migration.ledger, migration.name, application, by=who, **changes)
    left = "; ".join(words for _, words in open_points(card))
    typer.echo(f"{card.product}: {left or 'everything is known'}")


def _result(application: str, text: str) -> str:
    from skyflytt.errors.application import CardChangeUnclear  # noqa: PLC0415

    if text not in {"worked", "failed"}:
        raise CardChangeUnclear(application, f"--restore is worked or failed, not {text!r}")
    return text


def _backup(path: Path) -> dict[str, Any]:
    from skyflytt.evidence.lists import file_sha256  # noqa: PLC0415

    if not path.is_file():
        raise typer.BadParameter(f"{path} is no file")
    return {"path": path.name, "size_bytes": path.stat().st_size, "sha256": file_sha256(path)}


def _free(card: Card, not_needed: list[str], notes: list[str], who: str) -> dict[str, Any]:
    from skyflytt.application.card import Point  # noqa: PLC0415
    from skyflytt.errors.application import CardChangeUnclear  # noqa: PLC0415

    given = {
        name: dict(_pair(card.name, one) for one in texts) for name, texts in (("points", not_needed), ("notes", notes))
    }
    if unknown := set(given["points"]) - set(Point):
        known = ", ".join(Point)
        raise CardChangeUnclear(card.name, f"there is no point {', '.join(sorted(unknown))}; there are {known}")
    changes: dict[str, Any] = {}
    if given["points"]:
        reasons = {Point(point): f"{reason} ({who})" for point, reason in given["points"].items()}
        changes["not_needed"] = {**card.not_needed, **reasons}
    if given["notes"]:
        changes["notes"] = {**card.notes, **given["notes"]}
    return changes


def _pair(application: str, text: str) -> tuple[str, str]:
    from skyflytt.errors.application import CardChangeUnclear  # noqa: PLC0415

    name, equals, value = text.partition("=")
    if not (name.strip() and equals and value.strip()):
        raise CardChangeUnclear(application, f"{text!r} is not NAME=TEXT")
    return name.strip(), value.strip()
