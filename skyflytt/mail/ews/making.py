"""Folders made at a target: those that a mailbox has anyway are found by what they are for, whatever they are called there."""

from __future__ import annotations

from collections.abc import Callable

from exchangelib import errors as ews

from skyflytt.mail.ews.folders import FolderTable, read_folders
from skyflytt.mail.ews.requests import create_folder, folder_id
from skyflytt.mail.ews.session import Session
from skyflytt.mail.ews.xml import attribute_at
from skyflytt.mail.port import FolderPath, FolderRole

NAMES_OF_DEFAULTS: dict[str, tuple[str, ...]] = {
    # English, Swedish, Norwegian, German, Serbian (Latin and Cyrillic), as Exchange and Outlook name them.
    "calendar": ("Calendar", "Kalender", "Kalendar", "Календар"),
    "contacts": ("Contacts", "Kontakter", "Kontakte", "Kontakti", "Контакти"),
    "tasks": ("Tasks", "Uppgifter", "Oppgaver", "Aufgaben", "Zadaci", "Задаци"),
    "notes": ("Notes", "Anteckningar", "Notater", "Notizen", "Beleške", "Белешке"),
    "journal": ("Journal", "Dagbok", "Logg", "Dnevnik", "Дневник"),
}
_DEFAULT_OF = {name.casefold(): default for default, names in NAMES_OF_DEFAULTS.items() for name in names}


Make = Callable[[str, str, str], str]
"""The id of a new folder, by its parent's id, its name and its class."""


def ensure_folder(
    session: Session, table: FolderTable, folder: FolderPath, role: FolderRole | None
) -> tuple[FolderTable, FolderPath]:
    """The folders as they are now, and the path under which this one is found."""
    return ensured(table, folder, role, lambda *new: _make(session, *new), lambda: read_folders(session))


def ensured(
    table: FolderTable, folder: FolderPath, role: FolderRole | None, make: Make, read: Callable[[], FolderTable]
) -> tuple[FolderTable, FolderPath]:
    """The same, whatever protocol `make` and `read` speak."""
    own = next((path for path, known in table.roles.items() if role and known == role), None)
    if own is not None:
        return table, own
    start = _default(table, folder)
    wanted = tuple(_allowed(name) for name in (*start, *folder[len(start) :]))
    made = False
    at = table.top
    kind = "IPF.Note"
    for depth in range(1, len(wanted) + 1):
        found = _found(table, wanted[:depth])
        if found is None:
            at, made = make(at, wanted[depth - 1], kind), True
        else:
            wanted = (*found, *wanted[depth:])
            at, kind = table.places[found].id, table.places[found].kind or kind
    if made:
        table = read()
    return table, table.path_of(at) or wanted


def _default(table: FolderTable, folder: FolderPath) -> FolderPath:
    """The target's own calendar for our "Kalender", and so on; the folder's own first name otherwise."""
    id_ = table.defaults.get(_DEFAULT_OF.get(folder[0].casefold(), ""))
    return (table.path_of(id_) if id_ else None) or folder[:1]


def _found(table: FolderTable, path: FolderPath) -> FolderPath | None:
    """Exchange does not tell folders apart by the case of their names."""
    if path in table.places:
        return path
    folded = tuple(name.casefold() for name in path)
    return next((known for known in table.places if tuple(name.casefold() for name in known) == folded), None)


def _make(session: Session, parent: str, name: str, kind: str) -> str:
    try:
        answer = session.ask_one(create_folder(folder_id(parent), name, kind))
    except ews.ErrorFolderExists:
        return _made_meanwhile(session, parent, name)
    return attribute_at(answer, "m:Folders/*/t:FolderId", "Id") or _made_meanwhile(session, parent, name)


def _made_meanwhile(session: Session, parent: str, name: str) -> str:
    table = read_folders(session)
    found = (
        place.id
        for place in table.places.values()
        if place.parent == parent and place.name.casefold() == name.casefold()
    )
    id_ = next(found, None)
    if id_ is None:
        raise ews.ErrorFolderExists(f"a folder {name} is there, but not listed")
    return id_


def _allowed(name: str) -> str:
    """Exchange takes nearly every name, but no controls, none that is blank at its ends, and none beyond 255 letters."""
    kept = "".join(letter if letter.isprintable() else "_" for letter in name).strip()[:255]
    return kept or "_"
