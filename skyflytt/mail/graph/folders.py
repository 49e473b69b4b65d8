"""The folders of a mailbox, level by level (https://learn.microsoft.com/graph/api/mailboxfolder-list-childfolders).

A delta of folders would tell all levels at once, but neither which are hidden nor how large they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from skyflytt.graph import Refused
from skyflytt.mail.ews.folders import DEFAULTS, ROLES, FolderTable, Place, paths
from skyflytt.mail.graph.errors import is_gone
from skyflytt.mail.graph.properties import expanded, extended
from skyflytt.mail.graph.session import Session
from skyflytt.mail.roles import with_guessed_roles

TOP = "msgfolderroot"
"""Well-known names stand for ids: https://learn.microsoft.com/graph/api/resources/mailfolder."""
PAGE = 250
_HIDDEN = 0x10F4000B
_SIZE = 0x0E080014
_FIELDS = "id,displayName,parentFolderId,childFolderCount,totalItemCount,type,wellKnownName"


def read_folders(session: Session) -> FolderTable:
    """Every folder that people see below the top of the mailbox. Hidden ones are left out with all that is below them."""
    top = str(session.get(session.folder(TOP), {"$select": "id"}).get("id", ""))
    table = FolderTable(top)
    found = list(_below(session, top))
    known = {place.id: str(one.get("wellKnownName") or "").lower() for place, one in found}
    inbox = next((id_ for id_, name in known.items() if name == "inbox"), None)
    table.places = dict(paths([place for place, _ in found], top, inbox))
    roles = {path: ROLES.get(known[place.id]) for path, place in table.places.items()}
    table.roles = with_guessed_roles(roles)
    table.defaults = {name: id_ for id_, name in known.items() if name in DEFAULTS}
    return table


def make_folder(session: Session, parent: str, name: str, kind: str) -> str:
    """The id of a new folder, or of one that somebody else made meanwhile."""
    try:
        made = session.post(f"{session.folder(parent)}/childFolders", {"displayName": name, "type": kind})
    except Refused as refused:
        if refused.status != 409 and refused.code != "ErrorFolderExists":
            raise
        return _made_meanwhile(session, parent, name, refused)
    return str(made.get("id", ""))


def _below(session: Session, parent: str) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    options = {"$select": _FIELDS, "$top": str(PAGE), "$expand": expanded((_HIDDEN, _SIZE))}
    try:
        children = session.pages(f"{session.folder(parent)}/childFolders", options)
    except Refused as refused:
        if is_gone(refused):
            return  # somebody deleted it just now
        raise
    for one in children:
        values = extended(one, (_HIDDEN, _SIZE))
        if values.get(_HIDDEN):
            continue
        place = _place(one, parent, values.get(_SIZE))
        yield place, one
        if one.get("childFolderCount"):
            yield from _below(session, place.id)


def _place(one: Mapping[str, Any], parent: str, size: object) -> Place:
    count = one.get("totalItemCount")
    return Place(
        str(one.get("id", "")),
        parent,
        str(one.get("displayName") or ""),
        str(one.get("type") or ""),
        count if isinstance(count, int) else 0,
        size if isinstance(size, int) else None,
    )


def _made_meanwhile(session: Session, parent: str, name: str, refused: Refused) -> str:
    folded = name.casefold()
    children = session.pages(f"{session.folder(parent)}/childFolders", {"$select": _FIELDS, "$top": str(PAGE)})
    found = (str(one["id"]) for one in children if str(one.get("displayName", "")).casefold() == folded)
    id_ = next(found, None)
    if id_ is None:
        raise refused
    return id_
