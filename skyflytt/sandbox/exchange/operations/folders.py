"""Operations on folders ([MS-OXWSFOLD], [MS-OXWSSRCH] FindFolder)."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element

from skyflytt.sandbox.exchange import soap
from skyflytt.sandbox.exchange.failing import ResponseError
from skyflytt.sandbox.exchange.fields.rendering import Shape, folder_element, shape_in
from skyflytt.sandbox.exchange.operations.paging import page_of
from skyflytt.sandbox.exchange.operations.restriction import folder_matches
from skyflytt.sandbox.exchange.store import folders, items, mailboxes
from skyflytt.sandbox.exchange.store.folders import Folder, FolderExists
from skyflytt.sandbox.exchange.store.items import Item
from skyflytt.sandbox.exchange.visiting import Visit
from skyflytt.sandbox.exchange.xml import find, find_all, is_true, m, name_of, t, text_at

_CLASSES = {"CalendarFolder": "IPF.Appointment", "ContactsFolder": "IPF.Contact", "TasksFolder": "IPF.Task"}
ID_ONLY = Shape(frozenset({"folder:FolderId"}), ())


def get_folder(visit: Visit, request: Element) -> list[Element]:
    shape = shape_in(request, "FolderShape")
    return _each(
        "GetFolder",
        find(request, "m:FolderIds"),
        lambda element: folder_element(visit.database, visit.folder(element), shape),
    )


def find_folder(visit: Visit, request: Element) -> list[Element]:
    shape = shape_in(request, "FolderShape")
    deep = request.get("Traversal") == "Deep"

    def found(element: Element) -> Element:
        parent = visit.folder(element)
        below = list(folders.below(visit.database, parent) if deep else folders.children(visit.database, parent))
        matching = [
            folder for folder in below if folder_matches(visit.database, folder, find(request, "m:Restriction"))
        ]
        page, attributes = page_of(request, "FolderView", matching, visit.settings.limits.find_count)
        shown = t("Folders", None, *(folder_element(visit.database, folder, shape) for folder in page))
        return m("RootFolder", None, shown, **attributes)

    return _each("FindFolder", find(request, "m:ParentFolderIds"), found, wrapped=False)


def create_folder(visit: Visit, request: Element) -> list[Element]:
    parent = find(request, "m:ParentFolderId")

    def made(element: Element) -> Element:
        name = text_at(element, "t:DisplayName").strip()
        if not name:
            raise ResponseError("ErrorFolderSaveFailed", "The folder has no name.")
        kind = text_at(element, "t:FolderClass") or _CLASSES.get(name_of(element), "IPF.Note")
        above = visit.folder(parent[0] if parent is not None and len(parent) else None)
        try:
            folder = folders.create(visit.database, above, name, kind)
        except FolderExists as error:
            raise ResponseError("ErrorFolderExists") from error
        return folder_element(visit.database, folder, ID_ONLY)

    return _each("CreateFolder", find(request, "m:Folders"), made)


def update_folder(visit: Visit, request: Element) -> list[Element]:
    def changed(element: Element) -> Element:
        folder = visit.folder(element[0] if len(element) else None)
        name, kind = folder.name, folder.folder_class
        for update in find_all(element, "t:Updates/t:SetFolderField"):
            name = text_at(update, "*/t:DisplayName") or name
            kind = text_at(update, "*/t:FolderClass") or kind
        return folder_element(visit.database, _update(visit, folder, name, kind, folder.parent), ID_ONLY)

    return _each("UpdateFolder", find(request, "m:FolderChanges"), changed)


def move_folder(visit: Visit, request: Element) -> list[Element]:
    target = find(request, "m:ToFolderId")

    def moved(element: Element) -> Element:
        folder = _own(visit.folder(element))
        to = visit.folder(target[0] if target is not None and len(target) else None)
        return folder_element(visit.database, _update(visit, folder, folder.name, folder.folder_class, to.id), ID_ONLY)

    return _each("MoveFolder", find(request, "m:FolderIds"), moved)


def delete_folder(visit: Visit, request: Element) -> list[Element]:
    def deleted(element: Element) -> None:
        folder = _own(visit.folder(element))
        if request.get("DeleteType") == "MoveToDeletedItems":
            _update(visit, folder, folder.name, folder.folder_class, _sibling(visit, folder, "deleteditems").id)
        else:
            folders.delete(visit.database, folder)

    return _each("DeleteFolder", find(request, "m:FolderIds"), deleted)


def empty_folder(visit: Visit, request: Element) -> list[Element]:
    def emptied(element: Element) -> None:
        folder = visit.folder(element)
        for row in visit.database.rows("SELECT * FROM item WHERE folder = ?", folder.id):
            discard(visit, Item(*row), request.get("DeleteType", "HardDelete"))
        for child in folders.children(visit.database, folder) if is_true(request.get("DeleteSubFolders", "")) else []:
            folders.delete(visit.database, child)

    return _each("EmptyFolder", find(request, "m:FolderIds"), emptied)


def discard(visit: Visit, item: Item, how: str) -> None:
    """Delete an item by a DeleteType ([MS-OXWSCDATA] DisposalType): a soft-deleted one can still be recovered."""
    folder = folders.by_id(visit.database, item.folder)
    role = {"MoveToDeletedItems": "deleteditems", "SoftDelete": "recoverableitemsdeletions"}.get(how)
    if folder is None or role is None:
        items.delete(visit.database, item)
    else:
        items.move(visit.database, item, _sibling(visit, folder, role).id)


def _sibling(visit: Visit, folder: Folder, role: str) -> Folder:
    """The folder of this role in the same mailbox or archive."""
    store = mailboxes.by_id(visit.database, folder.store)
    prefix = "archive" if store is not None and store.kind == "archive" else ""
    found = folders.by_role(visit.database, store, prefix + role) if store is not None else None
    if found is None:
        raise ResponseError("ErrorFolderNotFound")
    return found


def _own(folder: Folder) -> Folder:
    if folder.role:
        raise ResponseError("ErrorDeleteDistinguishedFolder")
    return folder


def _update(visit: Visit, folder: Folder, name: str, kind: str | None, parent: int | None) -> Folder:
    try:
        return folders.update(visit.database, folder, name=name, folder_class=kind, parent=parent)
    except FolderExists as error:
        raise ResponseError("ErrorFolderExists") from error


def _each(
    operation: str, among: Element | None, act: Callable[[Element], Element | None], *, wrapped: bool = True
) -> list[Element]:
    """A response message for each element: what was made of it in <Folders>, or why it failed."""
    messages = []
    for element in among if among is not None else ():
        try:
            made = act(element)
        except ResponseError as failed:
            empty = [m("Folders")] if operation in {"GetFolder", "CreateFolder", "UpdateFolder"} else []
            messages.append(soap.failure(operation, failed, *empty))
            continue
        content = [] if made is None else [m("Folders", None, made) if wrapped else made]
        messages.append(soap.success(operation, *content))
    return messages
