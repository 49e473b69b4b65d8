"""GetAttachment and CreateAttachment ([MS-OXWSATT])."""

from __future__ import annotations

import base64
from xml.etree.ElementTree import Element

from skyflytt.outlook.mapi import tags
from skyflytt.sandbox.exchange import ids, soap
from skyflytt.sandbox.exchange.failing import ResponseError
from skyflytt.sandbox.exchange.fields import content
from skyflytt.sandbox.exchange.fields.items import element_name
from skyflytt.sandbox.exchange.fields.view import View
from skyflytt.sandbox.exchange.mimecontent import regenerated
from skyflytt.sandbox.exchange.store import folders, items
from skyflytt.sandbox.exchange.visiting import Visit
from skyflytt.sandbox.exchange.xml import find, m, name_of, t


def get_attachment(visit: Visit, request: Element) -> list[Element]:
    messages = []
    named = find(request, "m:AttachmentIds")
    for element in named if named is not None else ():
        try:
            shown = m("Attachments", None, _attachment(visit, element))
            messages.append(soap.success("GetAttachment", shown))
        except ResponseError as failed:
            messages.append(soap.failure("GetAttachment", failed, m("Attachments")))
    return messages


def create_attachment(visit: Visit, request: Element) -> list[Element]:
    """Files put to an item that is there, which saves it: the answer tells its new change key with each."""
    parent, among = find(request, "m:ParentItemId"), find(request, "m:Attachments")
    messages = []
    for element in among if among is not None else ():
        try:
            messages.append(soap.success("CreateAttachment", m("Attachments", None, _added(visit, parent, element))))
        except ResponseError as failed:
            messages.append(soap.failure("CreateAttachment", failed, m("Attachments")))
    return messages


def _added(visit: Visit, parent: Element | None, element: Element) -> Element:
    if parent is None:
        raise ResponseError("ErrorInvalidIdEmpty")
    item = visit.item(parent)
    visit.check(item)
    message = items.message_in(visit.database, item)
    there = list(message.attachments)
    content.write_attachments(message, t("Attachments", None, element))
    message.attachments = [*there, *message.attachments]
    saved = items.replace(visit.database, item, message, visit.clock.now())
    folder = folders.by_id(visit.database, saved.folder)
    view = View(visit.database, folder.store if folder else 0, saved)
    roots = {"RootItemId": view.id, "RootItemChangeKey": view.change_key}
    return t(name_of(element), None, t("AttachmentId", None, Id=ids.attachment(view.id, len(there)), **roots))


def _attachment(visit: Visit, element: Element) -> Element:
    owner, position = ids.read_attachment(element.get("Id"))
    item = visit.item_of(owner)
    folder = folders.by_id(visit.database, item.folder)
    view = View(visit.database, folder.store if folder else 0, item)
    if position >= len(view.message.attachments):
        raise ResponseError("ErrorItemNotFound")
    one = view.message.attachments[position]
    if one.embedded is not None:
        raw = base64.b64encode(regenerated(one.embedded)).decode()
        name = element_name(str(one.embedded.properties.get(tags.MESSAGE_CLASS, "IPM.Note")))
        inner = t(
            name,
            None,
            t("MimeContent", raw, CharacterSet="UTF-8"),
            t("Subject", str(one.embedded.properties.get(tags.SUBJECT, ""))),
        )
        return content.attachment(view, position, one, inner)
    data = one.properties.get(tags.ATTACH_DATA, b"")
    held = base64.b64encode(data if isinstance(data, bytes) else b"").decode()
    return content.attachment(view, position, one, t("Content", held))
