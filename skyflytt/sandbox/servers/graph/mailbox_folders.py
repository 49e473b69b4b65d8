"""Folders of mailboxes: https://learn.microsoft.com/graph/api/resources/mailboxfolder."""

from __future__ import annotations

from typing import Any

from skyflytt.outlook.mapi import Properties
from skyflytt.sandbox.exchange.store import folders
from skyflytt.sandbox.exchange.store.folders import Folder, FolderExists
from skyflytt.sandbox.exchange.store.mailboxes import Store
from skyflytt.sandbox.servers.graph.answers import Answer, Asked, Refusal, page, selected
from skyflytt.sandbox.servers.graph.mailbox_properties import with_extended
from skyflytt.sandbox.servers.graph.mailbox_state import Mail, rest_id

SIZE = 0x0E080014
HIDDEN = 0x10F4000B


def folder(mail: Mail, store: Store, asked: Asked, name: str) -> Answer:
    return Answer(200, _shown(mail, mail.folder(store, name), asked))


def children(mail: Mail, store: Store, asked: Asked, name: str) -> Answer:
    found = folders.children(mail.database, mail.folder(store, name))
    return page(asked, found, mail.start.page, lambda one: _shown(mail, one, asked))


def top(mail: Mail, store: Store, asked: Asked) -> Answer:
    return children(mail, store, asked, "msgfolderroot")


def make(mail: Mail, store: Store, asked: Asked, parent: str) -> Answer:
    body = asked.body if isinstance(asked.body, dict) else {}
    name, kind = str(body.get("displayName") or ""), str(body.get("type") or "")
    if not name or not kind:
        raise Refusal(400, "ErrorInvalidRequest", "displayName and type are required.")
    try:
        made = folders.create(mail.database, mail.folder(store, parent), name, kind)
    except FolderExists as error:
        raise Refusal(409, "ErrorFolderExists", f"A folder with the specified name already exists., {name}") from error
    return Answer(201, _shown(mail, made, asked))


def make_at_top(mail: Mail, store: Store, asked: Asked) -> Answer:
    return make(mail, store, asked, "msgfolderroot")


def delta(mail: Mail, store: Store, asked: Asked) -> Answer:
    """Every folder below the top, once; it has no use for its own tokens."""
    above = mail.folder(store, "msgfolderroot")
    found = list(folders.below(mail.database, above))
    answer = page(asked, found, mail.start.page, lambda one: _shown(mail, one, asked))
    if "@odata.nextLink" not in answer.body:
        answer.body["@odata.deltaLink"] = f"{asked.base}{asked.path}?$deltatoken=all"
    return answer


def _shown(mail: Mail, one: Folder, asked: Asked) -> dict[str, Any]:
    database = mail.database
    resource = {
        "id": rest_id("folder", one.store, one.id),
        "displayName": one.name,
        "parentFolderId": rest_id("folder", one.store, one.parent) if one.parent else None,
        "childFolderCount": len(folders.children(database, one)),
        "totalItemCount": database.number("SELECT count(*) FROM item WHERE folder = ? AND associated = 0", one.id),
        "wellKnownName": one.role,
        "type": one.folder_class,
    }
    size = database.number("SELECT sum(size) FROM item WHERE folder = ?", one.id)
    properties: Properties = {SIZE: size, HIDDEN: False}
    shown = selected(resource, {**asked.options, "$select": _with_id(asked.options.get("$select", ""))})
    return {"@odata.type": "#microsoft.graph.mailboxFolder", **shown, **with_extended(properties, asked.options)}


def _with_id(selection: str) -> str:
    return f"id,{selection}" if selection else ""
