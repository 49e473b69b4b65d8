"""Operations on items ([MS-OXWSCORE], [MS-OXWSSRCH] FindItem)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from skyflytt.sandbox.exchange import ids, soap
from skyflytt.sandbox.exchange.failing import ResponseError
from skyflytt.sandbox.exchange.fields.rendering import Shape, item_element, shape_in
from skyflytt.sandbox.exchange.fields.view import View
from skyflytt.sandbox.exchange.operations import making
from skyflytt.sandbox.exchange.operations.folders import discard
from skyflytt.sandbox.exchange.operations.paging import page_of
from skyflytt.sandbox.exchange.operations.restriction import item_matches, item_text, rank, sort_keys
from skyflytt.sandbox.exchange.store import folders, items
from skyflytt.sandbox.exchange.store.folders import Folder
from skyflytt.sandbox.exchange.store.items import Item
from skyflytt.sandbox.exchange.visiting import Visit
from skyflytt.sandbox.exchange.xml import find, is_true, m, t, text_at

ID_ONLY = Shape(frozenset({"item:ItemId"}), ())


def get_item(visit: Visit, request: Element) -> list[Element]:
    shape = shape_in(request, "ItemShape")
    return _each("GetItem", find(request, "m:ItemIds"), lambda element: rendered(visit, visit.item(element), shape))


def find_item(visit: Visit, request: Element) -> list[Element]:
    shape = shape_in(request, "ItemShape")

    def found(element: Element) -> Element:
        folder = visit.folder(element)
        views = _found(visit, folder, request)
        page, attributes = page_of(request, "ItemView", views, visit.settings.limits.find_count)
        shown = t("Items", None, *(rendered(visit, view.item, shape, checked=False) for view in page))
        return m("RootFolder", None, shown, **attributes)

    return _each("FindItem", find(request, "m:ParentFolderIds"), found, container=None)


def create_item(visit: Visit, request: Element) -> list[Element]:
    """Items that are saved and never sent: this server has nobody to send to."""
    if request.get("MessageDisposition", "SaveOnly") != "SaveOnly":
        raise ResponseError("ErrorInvalidOperation", "This server sends nothing; save items with SaveOnly.")
    target = find(request, "m:SavedItemFolderId")

    def made(element: Element) -> Element:
        where = target[0] if target is not None and len(target) else t("DistinguishedFolderId", Id="drafts")
        folder = visit.folder(where)
        message, raw = making.message_from(element, visit.clock.now())
        making.admit(visit, folder, len(raw or b""))
        item = items.add(visit.database, folder.id, message, visit.clock.now(), mime=raw)
        visit.check(item)
        return rendered(visit, item, ID_ONLY, checked=False)

    return _each("CreateItem", find(request, "m:Items"), _undone(visit, made))


def update_item(visit: Visit, request: Element) -> list[Element]:
    conflicts = request.get("ConflictResolution", "AutoResolve")

    def changed(element: Element) -> Element:
        if not len(element):
            raise ResponseError("ErrorInvalidIdEmpty")
        item = visit.item(element[0])
        visit.check(item)
        key = element[0].get("ChangeKey")
        if key is None and conflicts != "AlwaysOverwrite":
            raise ResponseError("ErrorChangeKeyRequired")
        if conflicts == "NeverOverwrite" and key != ids.change_key(item.id, item.changed):
            raise ResponseError("ErrorIrresolvableConflict")
        message = items.message_in(visit.database, item)
        only_read = making.update(message, find(element, "t:Updates"))
        replaced = items.replace(visit.database, item, message, visit.clock.now(), only_read=only_read)
        return rendered(visit, replaced, ID_ONLY, checked=False)

    messages = _each("UpdateItem", find(request, "m:ItemChanges"), changed)
    for message in messages:
        message.append(m("ConflictResults", None, t("Count", "0")))
    return messages


def move_item(visit: Visit, request: Element) -> list[Element]:
    return _transferred(visit, request, "MoveItem", lambda item, folder: items.move(visit.database, item, folder.id))


def copy_item(visit: Visit, request: Element) -> list[Element]:
    return _transferred(visit, request, "CopyItem", lambda item, folder: items.copy(visit.database, item, folder.id))


def delete_item(visit: Visit, request: Element) -> list[Element]:
    def deleted(element: Element) -> None:
        item = visit.item(element)
        visit.check(item)
        discard(visit, item, request.get("DeleteType", "HardDelete"))

    return _each("DeleteItem", find(request, "m:ItemIds"), deleted)


def rendered(visit: Visit, item: Item, shape: Shape, *, checked: bool = True) -> Element:
    """The item as an element, with the faults that are due for it."""
    if checked:
        visit.check(item)
    folder = folders.by_id(visit.database, item.folder)
    view = View(visit.database, folder.store if folder else 0, item, kept=visit.settings.mime == "kept")
    element = item_element(view, shape)
    received = find(element, "t:DateTimeReceived")
    if received is not None and (rule := visit.fault("odd-date", item)):
        received.text = rule.date
    return element


def _found(visit: Visit, folder: Folder, request: Element) -> list[View]:
    associated = int(request.get("Traversal") == "Associated")
    rows = visit.database.rows(
        "SELECT * FROM item WHERE folder = ? AND associated = ? ORDER BY received DESC, id DESC", folder.id, associated
    )
    views = [View(visit.database, folder.store, Item(*row)) for row in rows]
    restriction = find(request, "m:Restriction")
    if restriction is not None:
        views = [view for view in views if item_matches(view, restriction)]
    for uri, descending in reversed(sort_keys(request)):
        views.sort(key=lambda view, uri=uri: rank(item_text(view, uri)), reverse=descending)  # type: ignore[misc]
    return views


def _transferred(visit: Visit, request: Element, operation: str, act: Callable[[Item, Folder], Item]) -> list[Element]:
    target = find(request, "m:ToFolderId")
    named = text_at(request, "m:ReturnNewItemIds", "true")

    def moved(element: Element) -> Element | None:
        item = visit.item(element)
        visit.check(item)
        folder = visit.folder(target[0] if target is not None and len(target) else None)
        after = act(item, folder)
        return rendered(visit, after, ID_ONLY, checked=False) if is_true(named) else None

    return _each(operation, find(request, "m:ItemIds"), moved)


def _undone(visit: Visit, act: Callable[[Element], Element]) -> Callable[[Element], Element]:
    """What fails leaves nothing behind."""

    def whole(element: Element) -> Element:
        with visit.database.writing():
            return act(element)

    return whole


def _each(
    operation: str,
    among: Element | None,
    act: Callable[[Element], Element | None],
    *,
    container: str | None = "Items",
) -> list[Element]:
    return list(_answers(operation, among, act, container))


def _answers(
    operation: str, among: Element | None, act: Callable[[Element], Element | None], container: str | None
) -> Iterator[Element]:
    for element in among if among is not None else ():
        try:
            made = act(element)
        except ResponseError as failed:
            empty = [m(container)] if container and operation != "DeleteItem" else []
            yield soap.failure(operation, failed, *empty)
            continue
        if operation == "DeleteItem":
            yield soap.success(operation)
        elif container:
            yield soap.success(operation, m(container, None, *([made] if made is not None else [])))
        elif made is not None:
            yield soap.success(operation, made)
