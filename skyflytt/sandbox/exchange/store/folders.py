"""Folders: found, made, renamed, moved, deleted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from skyflytt.sandbox.exchange.store.database import Database
from skyflytt.sandbox.exchange.store.mailboxes import Store
from skyflytt.sandbox.exchange.store.roles import TOPS


class Folder(NamedTuple):
    """`created` and `changed` are places in the store's order of events; `role` is the distinguished id of a default folder."""

    id: int
    store: int
    parent: int | None
    name: str
    folder_class: str | None
    role: str | None
    created: int
    changed: int


class FolderExists(Exception):
    """The parent has a folder of that name."""


def by_id(database: Database, number: int) -> Folder | None:
    row = database.row("SELECT * FROM folder WHERE id = ?", number)
    return Folder(*row) if row else None


def by_role(database: Database, store: Store, role: str) -> Folder | None:
    row = database.row("SELECT * FROM folder WHERE store = ? AND role = ?", store.id, role)
    return Folder(*row) if row else None


def children(database: Database, folder: Folder) -> list[Folder]:
    return [Folder(*row) for row in database.rows("SELECT * FROM folder WHERE parent = ? ORDER BY name, id", folder.id)]


def below(database: Database, folder: Folder) -> Iterator[Folder]:
    """All folders below, parents before their children."""
    for child in children(database, folder):
        yield child
        yield from below(database, child)


def path_of(database: Database, folder: Folder) -> tuple[str, ...]:
    """The names from below the store's visible top ("Inbox", "Projects")."""
    names: list[str] = []
    at: Folder | None = folder
    while at is not None and at.parent is not None and at.role not in TOPS.values():
        names.insert(0, at.name)
        at = by_id(database, at.parent)
    return tuple(names)


def by_path(database: Database, store: Store, path: Sequence[str], folder_class: str | None = "IPF.Note") -> Folder:
    """The folder with these names below the visible top; those that are missing are made, the last of this class."""
    at = by_role(database, store, TOPS[store.kind])
    if at is None:
        raise LookupError(f"store {store.address} has no visible top")
    with database.writing():
        for depth, name in enumerate(path, 1):
            found = _child(database, at, name)
            at = found or create(database, at, name, folder_class if depth == len(path) else "IPF.Note")
    return at


def create(database: Database, parent: Folder, name: str, folder_class: str | None) -> Folder:
    """Raises `FolderExists`."""
    with database.writing():
        if _child(database, parent, name):
            raise FolderExists(name)
        at = database.tick()
        number = database.run(
            "INSERT INTO folder (store, parent, name, class, created, changed) VALUES (?, ?, ?, ?, ?, ?)",
            *(parent.store, parent.id, name, folder_class, at, at),
        )
        _touch(database, parent.id)
        return Folder(number, parent.store, parent.id, name, folder_class, None, at, at)


def update(database: Database, folder: Folder, *, name: str, folder_class: str | None, parent: int | None) -> Folder:
    """Rename or move it. Raises `FolderExists`."""
    with database.writing():
        above = by_id(database, parent) if parent is not None else None
        twin = _child(database, above, name) if above is not None else None
        if twin is not None and twin.id != folder.id:
            raise FolderExists(name)
        database.run(
            "UPDATE folder SET name = ?, class = ?, parent = ? WHERE id = ?", name, folder_class, parent, folder.id
        )
        _touch(database, folder.id)
        changed = by_id(database, folder.id)
    return changed or folder


def delete(database: Database, folder: Folder) -> None:
    """With all that is in it."""
    with database.writing():
        for child in children(database, folder):
            delete(database, child)
        database.run("DELETE FROM content WHERE item IN (SELECT id FROM item WHERE folder = ?)", folder.id)
        database.run("DELETE FROM item WHERE folder = ?", folder.id)
        database.run("DELETE FROM folder WHERE id = ?", folder.id)
        database.run(
            "INSERT INTO folder_gone VALUES (?, ?, ?, ?)", folder.id, folder.store, folder.created, database.tick()
        )


def _child(database: Database, parent: Folder, name: str) -> Folder | None:
    """Whatever the name's case."""
    folded = name.casefold()
    return next((child for child in children(database, parent) if child.name.casefold() == folded), None)


def _touch(database: Database, number: int) -> None:
    database.run("UPDATE folder SET changed = ? WHERE id = ?", database.tick(), number)
