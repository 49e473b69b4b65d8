"""Messages as MIME: https://learn.microsoft.com/graph/outlook-get-mime-message, https://learn.microsoft.com/graph/outlook-create-message-mime.

A message that is made so is a draft, and stays one; it was received when it was made, until that is changed.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from skyflytt.outlook.items.classes import is_a
from skyflytt.outlook.mapi import Message, tags
from skyflytt.outlook.mapi.named import KEYWORDS
from skyflytt.outlook.mime import Delivery
from skyflytt.sandbox.exchange.mimecontent import regenerated
from skyflytt.sandbox.exchange.store import items
from skyflytt.sandbox.exchange.store.mailboxes import Store
from skyflytt.sandbox.servers.graph.answers import Answer, Asked, Refusal
from skyflytt.sandbox.servers.graph.mailbox_items import shown
from skyflytt.sandbox.servers.graph.mailbox_properties import tag_and_value
from skyflytt.sandbox.servers.graph.mailbox_state import Mail

READ, UNSENT = 1, 8


def value(mail: Mail, store: Store, asked: Asked, name: str) -> Answer:  # noqa: ARG001 - every answer has these
    item = mail.item(store, name)
    if not is_a(item.item_class, "IPM.Note"):
        raise Refusal(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    return Answer(200, regenerated(items.message_in(mail.database, item)), {"Content-Type": "text/plain"})


def create(mail: Mail, store: Store, asked: Asked, folder: str) -> Answer:
    try:
        raw = base64.b64decode(asked.raw, validate=True)
    except binascii.Error as error:
        raise Refusal(400, "ErrorMimeContentInvalidBase64String", "The MIME content is no base64.") from error
    at = mail.folder(store, folder)
    now = mail.clock.now()
    made = items.deliver(mail.database, at.id, raw, Delivery(now, frozenset((r"\Draft", r"\Seen"))), now)
    return Answer(201, shown(mail, store, made, asked))


def change(mail: Mail, store: Store, asked: Asked, name: str) -> Answer:
    body = asked.body if isinstance(asked.body, dict) else {}
    item = mail.item(store, name)
    message = items.message_in(mail.database, item)
    _apply(message, body)
    return Answer(200, shown(mail, store, items.replace(mail.database, item, message, mail.clock.now()), asked))


def _apply(message: Message, body: dict[str, Any]) -> None:
    bag = message.properties
    if isinstance(body.get("isRead"), bool):
        flags = bag.get(tags.MESSAGE_FLAGS, 0)
        before = flags if isinstance(flags, int) else 0
        bag[tags.MESSAGE_FLAGS] = before | READ if body["isRead"] else before & ~READ
    if isinstance(body.get("categories"), list):
        bag[KEYWORDS] = tuple(str(one) for one in body["categories"])
        if not bag[KEYWORDS]:
            del bag[KEYWORDS]
    if isinstance(body.get("flag"), dict):
        bag[tags.FLAG_STATUS] = {"flagged": 2, "complete": 1}.get(str(body["flag"].get("flagStatus")), 0)
    for said in body.get("singleValueExtendedProperties") or ():
        tag, told = tag_and_value(said)
        # Whether a message is a draft was decided when it was made ([MS-OXCMSG] 2.2.1.6).
        bag[tag] = told & ~UNSENT | _unsent(message) if tag == tags.MESSAGE_FLAGS else told


def _unsent(message: Message) -> int:
    flags = message.properties.get(tags.MESSAGE_FLAGS, 0)
    return flags & UNSENT if isinstance(flags, int) else 0
