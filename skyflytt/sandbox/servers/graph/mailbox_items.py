"""Items of folders: listed, one by one, their changes, deleted (https://learn.microsoft.com/graph/api/resources/mailboxitem)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import Any

from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mapi.named import KEYWORDS
from skyflytt.outlook.mapi.times import moment
from skyflytt.sandbox.exchange import ids
from skyflytt.sandbox.exchange.store import folders, items, syncing
from skyflytt.sandbox.exchange.store.items import Item
from skyflytt.sandbox.exchange.store.mailboxes import Store
from skyflytt.sandbox.servers.graph.answers import Answer, Asked, Refusal, page, selected
from skyflytt.sandbox.servers.graph.mailbox_properties import with_extended
from skyflytt.sandbox.servers.graph.mailbox_state import Mail, rest_id


def listed(mail: Mail, store: Store, asked: Asked, folder: str) -> Answer:
    return page(
        asked, mail.shown(mail.folder(store, folder)), mail.start.page, lambda one: shown(mail, store, one, asked)
    )


def item(mail: Mail, store: Store, asked: Asked, folder: str, name: str) -> Answer:
    return Answer(200, shown(mail, store, _inside(mail, store, folder, name), asked))


def delete(mail: Mail, store: Store, asked: Asked, folder: str, name: str) -> Answer:
    found, how = _inside(mail, store, folder, name), asked.options.get("disposalType")
    if how not in ("softDelete", "hardDelete"):
        raise Refusal(400, "ErrorInvalidRequest", "disposalType is required.")
    if how == "hardDelete" and store.address in mail.start.held:
        raise Refusal(403, "ErrorAccessDenied", "The item is protected by a hold and cannot be deleted.")
    mail.changing(found.folder)
    recoverable = folders.by_role(mail.database, store, "recoverableitemsdeletions")
    if how == "hardDelete" or recoverable is None:
        items.delete(mail.database, found)
    else:
        items.move(mail.database, found, recoverable.id)
    return Answer(204)


def delta(mail: Mail, store: Store, asked: Asked, folder: str) -> Answer:
    """A token is one of the store's own sync states; one that is not its own, or of another folder, is refused with 410."""
    found = mail.folder(store, folder)
    token = asked.options.get("$deltatoken") or asked.options.get("$skiptoken") or ""
    try:
        state = base64.urlsafe_b64decode(token).decode()
        changes = syncing.item_changes(
            mail.database, found, state, mail.start.page, associated=False, ignored=frozenset()
        )
    except (syncing.SyncStateInvalid, binascii.Error, UnicodeDecodeError) as error:
        raise Refusal(410, "SyncStateNotFound", "The sync state generation is not found. Resync required.") from error
    value = [_change(mail, store, change, asked) for change in changes.changes]
    name = "delta" if changes.last else "skip"
    link = f"{asked.base}{asked.path}?${name}token={base64.urlsafe_b64encode(changes.state.encode()).decode()}"
    return Answer(200, {"value": value, "@odata.deltaLink" if changes.last else "@odata.nextLink": link})


def shown(mail: Mail, store: Store, one: Item, asked: Asked) -> dict[str, Any]:
    bag = items.message_in(mail.database, one).properties
    categories = bag.get(KEYWORDS)
    made = bag.get(tags.CREATION_TIME)
    created, modified = moment(made if isinstance(made, int) else 0), moment(one.modified)
    resource = {
        "id": rest_id("item", store.id, one.id),
        "createdDateTime": f"{created:%Y-%m-%dT%H:%M:%SZ}",
        "lastModifiedDateTime": f"{modified:%Y-%m-%dT%H:%M:%SZ}",
        "changeKey": ids.change_key(one.id, one.changed),
        "categories": list(categories) if isinstance(categories, tuple) else [],
        "type": one.item_class,
        "size": one.size,
    }
    selection = asked.options.get("$select", "")
    told = selected(resource, {"$select": f"id,{selection}" if selection else ""})
    return {"@odata.type": "#microsoft.graph.mailboxItem", **told, **with_extended(bag, asked.options)}


def _change(mail: Mail, store: Store, change: syncing.Change, asked: Asked) -> dict[str, Any]:
    if not isinstance(change.subject, Item):
        number = change.subject if isinstance(change.subject, int) else change.subject.id
        return {"id": rest_id("item", store.id, number), "@removed": {"reason": "deleted"}}
    # A delta knows $select and $top, and no $expand.
    return shown(mail, store, change.subject, replace(asked, options={}))


def _inside(mail: Mail, store: Store, folder: str, name: str) -> Item:
    found = mail.item(store, name)
    if found.folder != mail.folder(store, folder).id:
        raise Refusal(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    return found
