"""Items as FastTransfer streams: exported, and imported through an address that is signed in advance.

https://learn.microsoft.com/graph/api/mailbox-exportitems, https://learn.microsoft.com/graph/import-exchange-mailbox-item.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

from skyflytt.errors.base import Failure
from skyflytt.outlook.fasttransfer import read_stream
from skyflytt.outlook.mapi import Message
from skyflytt.sandbox.exchange import ids
from skyflytt.sandbox.exchange.store import items, mailboxes
from skyflytt.sandbox.exchange.store.items import Item
from skyflytt.sandbox.exchange.store.mailboxes import Store
from skyflytt.sandbox.servers.graph.answers import Answer, Asked, Refusal
from skyflytt.sandbox.servers.graph.faults import Fault
from skyflytt.sandbox.servers.graph.mailbox_state import Mail, rest_id

MOST = 20
Due = Callable[[str], Fault | None]


def export(mail: Mail, store: Store, asked: Asked, due: Due) -> Answer:
    """An id that is none ends the request; an item that is gone, or that a fault is due for, has an error of its own."""
    wanted = asked.body.get("itemIds") if isinstance(asked.body, dict) else None
    if not isinstance(wanted, list) or not 0 < len(wanted) <= MOST:
        raise Refusal(400, "ErrorInvalidRequest", f"The number of item ids must be between 1 and {MOST}.")
    return Answer(200, {"value": [_exported(mail, store, str(one), due) for one in wanted]})


def create_session(mail: Mail, store: Store, asked: Asked) -> Answer:
    token = mail.session(store)
    host = asked.base.removesuffix("/v1.0")
    name = asked.path.split("/")[4]
    until = f"{mail.clock.now():%Y-%m-%dT%H:%M:%SZ}"
    address = f"{host}/api/gv1.0/Mailboxes('{name}')/importItem?authtoken={token}"
    return Answer(200, {"importUrl": address, "expirationDateTime": until})


def imported(mail: Mail, token: str, body: Any) -> Answer:
    """Raises `Refusal`."""
    session = mail.sessions.get(token)
    if session is None or session.left == 0:
        raise Refusal(401, "InvalidAuthenticationToken", "The import session has expired.")
    session.left -= 1
    store = mailboxes.by_id(mail.database, session.store)
    if store is None or not isinstance(body, dict):
        raise Refusal(400, "ErrorInvalidRequest", "The request is invalid.")
    (stream, message), mode = _stream(body), body.get("Mode")
    folder = mail.folder(store, str(body.get("FolderId") or ""))
    named = body.get("ItemId")
    if mode not in ("create", "update") or (mode == "create") == (named is not None):
        raise Refusal(400, "ErrorInvalidRequest", "ItemId and ChangeKey are for Mode update, and required there.")
    _admit(mail, store, len(stream))
    mail.changing(folder.id)
    with mail.database.writing():
        if mode == "create":
            item = items.add(mail.database, folder.id, message, mail.clock.now(), stream=stream)
        else:
            item = items.replace(
                mail.database, _current(mail, store, folder.id, str(named), body), message, mail.clock.now()
            )
    key = ids.change_key(item.id, item.changed)
    return Answer(200, {"itemId": rest_id("item", store.id, item.id), "changeKey": key})


def _exported(mail: Mail, store: Store, name: str, due: Due) -> dict[str, Any]:
    fault = due(f"item {name}")
    if fault is not None and fault.kind == "status":
        return {"itemId": name, "error": {"code": fault.code, "message": fault.message}}
    try:
        item = mail.item(store, name)
    except Refusal as refusal:
        if refusal.answer.status == 400:
            raise
        return {"itemId": name, "error": refusal.answer.body["error"]}
    data = base64.b64encode(items.stream_of(mail.database, item)).decode()
    if fault is not None and fault.kind == "cut":
        data = data[: len(data) // 2]
    return {"itemId": name, "changeKey": ids.change_key(item.id, item.changed), "data": data}


def _stream(body: dict[str, Any]) -> tuple[bytes, Message]:
    try:
        stream = base64.b64decode(str(body.get("Data") or ""), validate=True)
        return stream, read_stream(stream, "import")
    except (Failure, binascii.Error) as error:
        raise Refusal(400, "ErrorCorruptData", "The data is corrupt.") from error


def _admit(mail: Mail, store: Store, size: int) -> None:
    if mail.start.item_bytes is not None and size > mail.start.item_bytes:
        raise Refusal(413, "ErrorMessageSizeExceeded", "The message exceeds the maximum supported size.")
    held = mail.database.number(
        "SELECT sum(size) FROM item WHERE folder IN (SELECT id FROM folder WHERE store = ?)", store.id
    )
    if mail.start.mailbox_bytes is not None and held + size > mail.start.mailbox_bytes:
        raise Refusal(507, "ErrorQuotaExceeded", "The mailbox has exceeded its quota.")


def _current(mail: Mail, store: Store, folder: int, name: str, body: dict[str, Any]) -> Item:
    item = mail.item(store, name)
    if item.folder != folder or body.get("ChangeKey") != ids.change_key(item.id, item.changed):
        raise Refusal(409, "ErrorIrresolvableConflict", "The ItemId and ChangeKey match no item of the folder.")
    return item
