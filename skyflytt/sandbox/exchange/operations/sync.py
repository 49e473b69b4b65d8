"""SyncFolderHierarchy and SyncFolderItems ([MS-OXWSSYNC])."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from skyflytt.sandbox.exchange import ids, soap
from skyflytt.sandbox.exchange.failing import ResponseError
from skyflytt.sandbox.exchange.fields.rendering import Shape, folder_element, shape_in
from skyflytt.sandbox.exchange.operations.items import rendered
from skyflytt.sandbox.exchange.store import syncing
from skyflytt.sandbox.exchange.store.folders import Folder
from skyflytt.sandbox.exchange.store.items import Item
from skyflytt.sandbox.exchange.store.syncing import Change, SyncStateInvalid
from skyflytt.sandbox.exchange.visiting import Visit
from skyflytt.sandbox.exchange.xml import find, find_all, m, t, text_at, truth

MOST_CHANGES = 512


def sync_folder_hierarchy(visit: Visit, request: Element) -> list[Element]:
    try:
        shape = shape_in(request, "FolderShape")
        named = find(request, "m:SyncFolderId")
        top = visit.folder(named[0] if named is not None and len(named) else t("DistinguishedFolderId", Id="root"))
        found = syncing.folder_changes(visit.database, top, text_at(request, "m:SyncState"))
    except (ResponseError, SyncStateInvalid) as error:
        return [_failed("SyncFolderHierarchy", "IncludesLastFolderInRange", error)]
    changes = [_folder_change(visit, top, change, shape) for change in found.changes]
    return [_answer("SyncFolderHierarchy", "IncludesLastFolderInRange", found, changes)]


def sync_folder_items(visit: Visit, request: Element) -> list[Element]:
    try:
        shape = shape_in(request, "ItemShape")
        named = find(request, "m:SyncFolderId")
        folder = visit.folder(named[0] if named is not None and len(named) else None)
        at_most = max(1, min(MOST_CHANGES, int(text_at(request, "m:MaxChangesReturned", "100"))))
        ignored = frozenset(ids.read(one.get("Id")).number for one in find_all(request, "m:Ignore/t:ItemId"))
        everything = text_at(request, "m:SyncScope") == "NormalAndAssociatedItems"
        state = text_at(request, "m:SyncState")
        found = syncing.item_changes(visit.database, folder, state, at_most, associated=everything, ignored=ignored)
        changes = [_item_change(visit, folder, change, shape) for change in found.changes]
    except (ResponseError, SyncStateInvalid) as error:
        return [_failed("SyncFolderItems", "IncludesLastItemInRange", error)]
    return [_answer("SyncFolderItems", "IncludesLastItemInRange", found, changes)]


def _folder_change(visit: Visit, top: Folder, change: Change, shape: Shape) -> Element:
    if isinstance(change.subject, Folder):
        return t(change.kind, None, folder_element(visit.database, change.subject, shape))
    number = change.subject if isinstance(change.subject, int) else change.subject.id
    return t("Delete", None, t("FolderId", Id=ids.write("folder", top.store, number), ChangeKey="AQAAAA=="))


def _item_change(visit: Visit, folder: Folder, change: Change, shape: Shape) -> Element:
    if not isinstance(change.subject, Item):
        number = change.subject if isinstance(change.subject, int) else change.subject.id
        return t("Delete", None, t("ItemId", Id=ids.write("item", folder.store, number), ChangeKey="AQAAAA=="))
    item = change.subject
    if change.kind == "ReadFlagChange":
        known = t(
            "ItemId", Id=ids.write("item", folder.store, item.id), ChangeKey=ids.change_key(item.id, item.changed)
        )
        return t("ReadFlagChange", None, known, t("IsRead", truth(bool(item.read))))
    return t(change.kind, None, rendered(visit, item, shape, checked=False))


def _answer(operation: str, last: str, found: syncing.Round, changes: list[Element]) -> Element:
    state = m("SyncState", found.state)
    return soap.success(operation, state, m(last, truth(found.last)), m("Changes", None, *changes))


def _failed(operation: str, last: str, error: ResponseError | SyncStateInvalid) -> Element:
    """Exchange sends an empty state with a failure, and clients look for it."""
    failed = error if isinstance(error, ResponseError) else ResponseError("ErrorInvalidSyncStateData")
    return soap.failure(operation, failed, m("SyncState"), m(last, "true"))
