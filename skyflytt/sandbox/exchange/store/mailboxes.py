"""Stores: primary mailboxes, archives, and the public folders."""

from __future__ import annotations

from typing import NamedTuple

from skyflytt.sandbox.exchange.store.database import Database
from skyflytt.sandbox.exchange.store.roles import OF_KIND, PUBLIC_ADDRESS, SWEDISH


class Store(NamedTuple):
    """`kind` is primary, archive or public."""

    id: int
    address: str
    kind: str
    name: str


def add(database: Database, address: str, *, name: str = "", archive: bool = False, language: str = "en") -> Store:
    """A mailbox with its default folders, and its archive; what is there already stays."""
    primary = _add(database, address, "primary", name or address, language)
    if archive:
        _add(database, address, "archive", f"Archive - {name or address}", language)
    return primary


def add_public(database: Database) -> Store:
    return _add(database, PUBLIC_ADDRESS, "public", "Public Folders", "en")


def find(database: Database, address: str, kind: str = "primary") -> Store | None:
    row = database.row("SELECT * FROM store WHERE address = ? AND kind = ?", address, kind)
    return Store(*row) if row else None


def by_id(database: Database, number: int) -> Store | None:
    row = database.row("SELECT * FROM store WHERE id = ?", number)
    return Store(*row) if row else None


def primaries(database: Database) -> list[Store]:
    return [Store(*row) for row in database.rows("SELECT * FROM store WHERE kind = 'primary' ORDER BY address")]


def _add(database: Database, address: str, kind: str, name: str, language: str) -> Store:
    with database.writing():
        existing = find(database, address, kind)
        if existing:
            return existing
        store = database.run("INSERT INTO store (address, kind, name) VALUES (?, ?, ?)", address, kind, name)
        folders: dict[str, int | None] = {"": None}
        for role in OF_KIND[kind]:
            shown = SWEDISH.get(role.id, role.name) if language == "sv" else role.name
            at = database.tick()
            folders[role.id] = database.run(
                "INSERT INTO folder (store, parent, name, class, role, created, changed) VALUES (?, ?, ?, ?, ?, ?, ?)",
                *(store, folders[role.parent], shown, role.folder_class, role.id, at, at),
            )
        return Store(store, address, kind, name)
