"""The cards in the ledger. Every change is journalled by the names of what changed, never by what was written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from skyflytt.application.card import BackupFile, Card, open_points
from skyflytt.application.known import known_program
from skyflytt.errors.application import CardUnknown
from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import application_card as table
from skyflytt.project.applications import Application

PROJECT_FILE = "project file"


def ensure_cards(ledger: Ledger, project: str, applications: Iterable[Application]) -> None:
    """Make a card for each application that has none; what the project file knows fills points that are empty."""
    there = cards(ledger, project)
    for one in applications:
        card = there.get(one.name)
        if card is None:
            _insert(ledger, project, _first(one))
        elif wanted := _from_project_file(card, one):
            change_card(ledger, project, one.name, by=PROJECT_FILE, **wanted)


def cards(ledger: Ledger, project: str) -> dict[str, Card]:
    """The project's cards by the application's name."""
    rows = select(table.c.name, table.c.card).where(table.c.project == project).order_by(table.c.name)
    with ledger.reading() as connection:
        return {row.name: Card.model_validate_json(row.card) for row in connection.execute(rows)}


def card_of(ledger: Ledger, project: str, name: str) -> Card:
    """Raises `CardUnknown`."""
    found = cards(ledger, project)
    if name not in found:
        raise CardUnknown(name, f"it has {', '.join(found) or 'none'}")
    return found[name]


def change_card(ledger: Ledger, project: str, name: str, *, by: str, **changes: Any) -> Card:
    """Set fields of the card by their names; the card as it is then. What changes nothing is not journalled.

    A new backup takes the restore test of the old one away. Raises `CardUnknown`, `ActivationKeyGiven`.
    """
    before = card_of(ledger, project, name)
    if "backups" in changes and changes["backups"] != before.backups and "restore" not in changes:
        changes = {**changes, "restore": None}
    after = Card.model_validate({**before.model_dump(), **changes})
    changed = sorted(field for field in changes if getattr(before, field) != getattr(after, field))
    if changed:
        with ledger.writing() as connection:
            _update(connection, ledger, project, after, changed, by=by)
    return after


def note_backups(ledger: Ledger, project: str, name: str, backups: Iterable[BackupFile], *, by: str) -> Card:
    """The files of the application's backup as they were handed over."""
    return change_card(ledger, project, name, by=by, backups=tuple(backups))


def open_cards(ledger: Ledger, project: str) -> list[str]:
    """What is missing on the project's cards, a sentence for each application: an exit cannot end while there is one."""
    sentences = []
    for card in cards(ledger, project).values():
        missing = [words for _, words in open_points(card)]
        if missing:
            sentences.append(f"{card.product}: {'; '.join(missing)}")
    return sentences


def _first(one: Application) -> Card:
    return Card(
        name=one.name,
        product=one.product,
        accounts=known_program(one.product).accounts,
        version=one.version,
        licence_holder=one.licence_owner,
    )


def _from_project_file(card: Card, one: Application) -> dict[str, Any]:
    said = {"version": one.version, "licence_holder": one.licence_owner}
    return {field: value for field, value in said.items() if value and getattr(card, field) is None}


def _insert(ledger: Ledger, project: str, card: Card) -> None:
    insert = postgresql_insert if ledger.engine.dialect.name == "postgresql" else sqlite_insert
    now = ledger.clock.now()
    values = {"name": card.name, "card": card.model_dump_json(), "changed_at": now, "changed_by": PROJECT_FILE}
    with ledger.writing() as connection:
        if connection.execute(insert(table).values(project=project, **values).on_conflict_do_nothing()).rowcount:
            journal.append_in(
                connection, ledger, project, actor=PROJECT_FILE, action="card-begun", subject=card.name
            )  # fmt: skip


def _update(connection: Connection, ledger: Ledger, project: str, card: Card, changed: list[str], *, by: str) -> None:
    values = {"card": card.model_dump_json(), "changed_at": ledger.clock.now(), "changed_by": by}
    where = (table.c.project == project) & (table.c.name == card.name)
    connection.execute(update(table).where(where).values(**values))
    data = {"changed": changed, "open": [point for point, _ in open_points(card)]}
    journal.append_in(connection, ledger, project, actor=by, action="card-changed", subject=card.name, data=data)
