"""The folders of a mailbox: their ids, paths, roles, classes and counts.

The hierarchy comes by SyncFolderHierarchy; public folders have no sync and are asked for level by level.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from exchangelib import errors as ews

from skyflytt.errors.mail import FolderRefused
from skyflytt.mail.ews.properties import extended_properties
from skyflytt.mail.ews.requests import find_folders, folder_id, get_folders, sync_hierarchy
from skyflytt.mail.ews.session import Session
from skyflytt.mail.ews.xml import Element, attribute_at, find, find_all, name_of, number_at, text_at
from skyflytt.mail.keys import folder_key
from skyflytt.mail.port import Folder, FolderPath, FolderRole
from skyflytt.mail.roles import with_guessed_roles
from skyflytt.outlook.mapi import Property

INBOX: FolderPath = ("INBOX",)
RECOVERABLE: FolderPath = ("Recoverable Items",)
TOPS = {"primary": "msgfolderroot", "archive": "archivemsgfolderroot", "public": "publicfoldersroot"}
RECOVERABLE_TOPS = {"primary": "recoverableitemsroot", "archive": "archiverecoverableitemsroot"}
ROLES = {
    "inbox": FolderRole.INBOX,
    "sentitems": FolderRole.SENT,
    "drafts": FolderRole.DRAFTS,
    "deleteditems": FolderRole.TRASH,
    "junkemail": FolderRole.JUNK,
}
DEFAULTS = ("calendar", "contacts", "tasks", "notes", "journal")
_HIDDEN: Property = 0x10F4000B
_SIZE: Property = 0x0E080014
_PROPERTIES = (_HIDDEN, _SIZE)
_FIELDS = ("folder:ParentFolderId", "folder:DisplayName", "folder:FolderClass", "folder:TotalCount")
_SEARCH = "SearchFolder"


@dataclass(frozen=True, slots=True)
class Place:
    """A folder as the server tells it. `kind` is its class (IPF.Note, IPF.Appointment …), "" where it has none."""

    id: str
    parent: str
    name: str
    kind: str
    count: int
    size: int | None


@dataclass(slots=True)
class FolderTable:
    """The folders as last listed. `defaults` are the ids of the calendar, contacts and others that a mailbox has one of."""

    top: str
    places: dict[FolderPath, Place] = field(default_factory=dict)
    roles: dict[FolderPath, FolderRole | None] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)

    def place(self, path: FolderPath) -> Place:
        """Raises `FolderRefused`."""
        if path not in self.places:
            raise FolderRefused(folder_key(path), "there is no such folder in the mailbox")
        return self.places[path]

    def listed(self) -> list[Folder]:
        return [Folder(path, self.roles[path], at.count, at.size, at.kind) for path, at in sorted(self.places.items())]

    def path_of(self, id_: str) -> FolderPath | None:
        return next((path for path, place in self.places.items() if place.id == id_), None)


def read_folders(session: Session) -> FolderTable:
    """Every folder below the top of the store; hidden and recoverable ones where the settings ask for them."""
    settings = session.settings
    wanted = [TOPS[settings.store]]
    if settings.recoverable_items and settings.store in RECOVERABLE_TOPS:
        wanted.append(RECOVERABLE_TOPS[settings.store])
    told = _distinguished(
        session, [*wanted, *(ROLES | dict.fromkeys(DEFAULTS))] if settings.store == "primary" else wanted
    )
    if isinstance(opened := told[wanted[0]], Exception):
        raise opened
    table = FolderTable(opened)
    inbox = told.get("inbox")
    known = {id_: role for name, role in ROLES.items() if isinstance(id_ := told.get(name), str)}
    table.defaults = {name: id_ for name in DEFAULTS if isinstance(id_ := told.get(name), str)}
    places = dict(paths(list(_below(session, opened)), opened, inbox if isinstance(inbox, str) else None))
    for name in wanted[1:]:
        if isinstance(id_ := told[name], str):
            below = paths(list(_below(session, id_)), id_, None)
            places |= {(*RECOVERABLE, *path): place for path, place in below}
    table.places = places
    table.roles = with_guessed_roles({path: known.get(place.id) for path, place in places.items()})
    return table


def _distinguished(session: Session, names: list[str]) -> dict[str, str | Exception]:
    """The ids of folders by their roles' names, or why there is none."""
    told: dict[str, str | Exception] = {}
    answers = session.ask_each(lambda some: get_folders([session.distinguished(name) for name in some], (), ()), names)
    for name, answer in zip(names, answers, strict=True):
        found = None if isinstance(answer, Exception) else find(answer, "m:Folders/*/t:FolderId")
        if isinstance(answer, Exception):
            told[name] = answer
        elif found is not None:
            told[name] = str(found.get("Id", ""))
        else:
            told[name] = ews.ErrorFolderNotFound(f"the server gives no id of {name}")
    return told


def _below(session: Session, top: str) -> Iterator[Place]:
    elements = _found(session, top) if session.settings.store == "public" else _synced(session, top)
    for element in elements:
        values = extended_properties(element, _PROPERTIES)
        hidden = bool(values.get(_HIDDEN)) and not session.settings.hidden_items
        if not hidden and name_of(element) != _SEARCH:
            yield _place(element, values.get(_SIZE))


def _place(element: Element, size: object) -> Place:
    return Place(
        attribute_at(element, "t:FolderId", "Id"),
        attribute_at(element, "t:ParentFolderId", "Id"),
        text_at(element, "t:DisplayName"),
        text_at(element, "t:FolderClass"),
        number_at(element, "t:TotalCount"),
        size if isinstance(size, int) else None,
    )


def _synced(session: Session, top: str) -> Sequence[Element]:
    """The folders as they are in the end: what is changed while the pages come is told again on a later one."""
    state = ""
    found: dict[str, Element] = {}
    while True:
        answer = session.ask_one(sync_hierarchy(folder_id(top), state, _FIELDS, _PROPERTIES))
        for change in find_all(answer, "m:Changes/*"):
            element = change if name_of(change) == "Delete" else next(iter(change), change)
            id_ = attribute_at(element, "t:FolderId", "Id")
            if name_of(change) == "Delete":
                found.pop(id_, None)
            elif id_:
                found[id_] = element
        before, state = state, text_at(answer, "m:SyncState")
        if text_at(answer, "m:IncludesLastFolderInRange") != "false" or state == before:
            return list(found.values())


def _found(session: Session, parent: str) -> Iterator[Element]:
    offset = 0
    while True:
        answer = session.ask_one(find_folders(folder_id(parent), offset, _FIELDS, _PROPERTIES))
        folders = find_all(answer, "m:RootFolder/t:Folders/*")
        for folder in folders:
            yield folder
            yield from _found(session, attribute_at(folder, "t:FolderId", "Id"))
        offset += len(folders)
        if not folders or attribute_at(answer, "m:RootFolder", "IncludesLastItemInRange") != "false":
            return


def paths(places: list[Place], top: str, inbox: str | None) -> Iterator[tuple[FolderPath, Place]]:
    """Each folder's path from the top; the inbox is INBOX, and nobody else is. What hangs below nothing known is at the top."""
    by_id = {place.id: place for place in places}
    taken: set[FolderPath] = set()
    for place in places:
        path = _path(place, by_id, top, inbox)
        while path in taken:
            path = (*path[:-1], f"{path[-1]}~")
        taken.add(path)
        yield path, place


def _path(place: Place, by_id: dict[str, Place], top: str, inbox: str | None) -> FolderPath:
    names: list[str] = []
    at: Place | None = place
    seen: set[str] = set()
    while at is not None and at.id != top and at.id not in seen:
        seen.add(at.id)
        names.append("INBOX" if at.id == inbox else at.name)
        at = by_id.get(at.parent)
    path = tuple(reversed(names))
    is_inbox = inbox is not None and inbox in seen
    return ("INBOX~", *path[1:]) if path[:1] == INBOX and not is_inbox else path
