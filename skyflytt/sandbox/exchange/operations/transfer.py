"""ExportItems and UploadItems ([MS-OXWSBTRF]): items as FastTransfer streams."""

from __future__ import annotations

import base64
import binascii
from xml.etree.ElementTree import Element

from skyflytt.errors.base import Failure
from skyflytt.outlook.fasttransfer import read_stream
from skyflytt.sandbox.exchange import ids, soap
from skyflytt.sandbox.exchange.failing import Fault, ResponseError
from skyflytt.sandbox.exchange.faults import TRUNCATED
from skyflytt.sandbox.exchange.operations.making import admit
from skyflytt.sandbox.exchange.store import items
from skyflytt.sandbox.exchange.store.items import Item
from skyflytt.sandbox.exchange.visiting import Visit
from skyflytt.sandbox.exchange.xml import find, is_true, m, text_at


def export_items(visit: Visit, request: Element) -> list[Element]:
    _offered(visit)
    messages = []
    among = find(request, "m:ItemIds")
    for element in among if among is not None else ():
        try:
            item = visit.item(element)
            visit.check(item)
            data = _data(visit, item)
        except ResponseError as failed:
            messages.append(soap.failure("ExportItems", failed))
            continue
        key = ids.change_key(item.id, item.changed)
        shown = m("ItemId", Id=element.get("Id", ""), ChangeKey=key)
        messages.append(soap.success("ExportItems", shown, m("Data", data)))
    return messages


def upload_items(visit: Visit, request: Element) -> list[Element]:
    _offered(visit)
    messages = []
    among = find(request, "m:Items")
    for element in among if among is not None else ():
        try:
            with visit.database.writing():
                item, store = _upload(visit, element)
                visit.check(item)
        except ResponseError as failed:
            messages.append(soap.failure("UploadItems", failed))
            continue
        number, key = ids.write("item", store, item.id), ids.change_key(item.id, item.changed)
        messages.append(soap.success("UploadItems", m("ItemId", Id=number, ChangeKey=key)))
    return messages


def _offered(visit: Visit) -> None:
    if not visit.settings.export_items:
        raise Fault(
            "ErrorSchemaValidation",
            f"The request failed schema validation: the element 'Body' has the invalid child element '{visit.operation}'.",
        )


def _data(visit: Visit, item: Item) -> str:
    stream = items.stream_of(visit.database, item)
    rule = visit.fault("truncated", item)
    if rule is None:
        return base64.b64encode(stream).decode()
    if rule.where == "bytes":
        return base64.b64encode(stream[: len(stream) // 2] + TRUNCATED.encode()).decode()
    return base64.b64encode(stream).decode()[: len(stream) // 2] + TRUNCATED


def _upload(visit: Visit, element: Element) -> tuple[Item, int]:
    """The item as stored, and its store. Raises `ResponseError`."""
    folder = visit.folder(find(element, "t:ParentFolderId"))
    try:
        stream = base64.b64decode(text_at(element, "t:Data"), validate=False)
        message = read_stream(stream, "upload")
    except (Failure, binascii.Error) as error:
        raise ResponseError("ErrorCorruptData") from error
    admit(visit, folder, len(stream))
    replaced = _to_replace(visit, element)
    if replaced is not None:
        if replaced.folder != folder.id:
            replaced = items.move(visit.database, replaced, folder.id)
        return items.replace(visit.database, replaced, message, visit.clock.now()), folder.store
    associated = is_true(element.get("IsAssociated", ""))
    item = items.add(visit.database, folder.id, message, visit.clock.now(), associated=associated, stream=stream)
    return item, folder.store


def _to_replace(visit: Visit, element: Element) -> Item | None:
    """The item that is updated; None where one is to be made. Raises `ResponseError`."""
    action, named = element.get("CreateAction", "CreateNew"), find(element, "t:ItemId")
    if action == "CreateNew":
        return None
    if named is None and action == "UpdateOrCreate":
        return None
    if named is None:
        raise ResponseError("ErrorInvalidIdEmpty")
    try:
        return visit.item(named)
    except ResponseError as failed:
        if action == "UpdateOrCreate" and failed.code == "ErrorItemNotFound":
            return None
        raise
