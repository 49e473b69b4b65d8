"""Items and folders as elements, in the shape that a request asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

from skyflytt.outlook.mapi import Property, Value, tags
from skyflytt.sandbox.exchange import ids
from skyflytt.sandbox.exchange.fields import content, extended
from skyflytt.sandbox.exchange.fields.items import FIELDS, applies, element_name, of_shape
from skyflytt.sandbox.exchange.fields.view import View
from skyflytt.sandbox.exchange.store.database import Database
from skyflytt.sandbox.exchange.store.folders import Folder
from skyflytt.sandbox.exchange.xml import find, find_all, is_true, t, text_at

_FOLDER_ELEMENTS = {"IPF.Appointment": "CalendarFolder", "IPF.Contact": "ContactsFolder", "IPF.Task": "TasksFolder"}
_LAST_COMMON = next(place for place, field in enumerate(FIELDS) if field.uri == "item:EffectiveRights")
"""Before which field the schema has extended properties."""
_NEVER_UNREAD = frozenset({"CalendarFolder", "ContactsFolder"})


class Shape(NamedTuple):
    """The fields asked for, and the extended ones with the element that names each."""

    fields: frozenset[str]
    extended: tuple[tuple[Element, Property], ...]


def shape_in(request: Element, which: str) -> Shape:
    """`which` is ItemShape or FolderShape. Raises `ResponseError` for a property that there is not."""
    shape = find(request, f"m:{which}")
    if shape is None:
        return Shape(frozenset({"item:ItemId", "folder:FolderId"}), ())
    base = text_at(shape, "t:BaseShape", "IdOnly")
    wanted = set(of_shape(base)) if which == "ItemShape" else _folder_shape(base)
    wanted |= {uri.get("FieldURI", "") for uri in find_all(shape, "t:AdditionalProperties/t:FieldURI")}
    if is_true(text_at(shape, "t:IncludeMimeContent")):
        wanted.add("item:MimeContent")
    asked = find_all(shape, "t:AdditionalProperties/t:ExtendedFieldURI")
    return Shape(frozenset(wanted), tuple((uri, extended.property_of(uri)) for uri in asked))


def item_element(view: View, shape: Shape) -> Element:
    """Raises `ResponseError` where the item's content cannot be read."""
    name = element_name(view.item.item_class)
    element = t(name)
    wanted = [
        field for field in FIELDS if (field.uri in shape.fields or field.uri == "item:ItemId") and applies(field, name)
    ]
    begun = [field for field in wanted if FIELDS.index(field) < _LAST_COMMON]
    element.extend(made for field in begun if (made := field.read(view)) is not None)
    for uri, key in shape.extended:
        value = view.get(key)
        made = None if value is None else extended.element_of(uri, key, value)
        if made is not None:
            element.append(made)
    element.extend(made for field in wanted[len(begun) :] if (made := field.read(view)) is not None)
    return element


def folder_element(database: Database, folder: Folder, shape: Shape) -> Element:
    """In the order of BaseFolderType and FolderType."""
    name = _FOLDER_ELEMENTS.get(folder.folder_class or "", "Folder")
    read = {**_FOLDER_FIELDS, **({} if name in _NEVER_UNREAD else _UNREAD)}
    element = t(name)
    for field, make in read.items():
        if field == "EffectiveRights":
            element.extend(_extended_of(database, folder, shape))
        made = make(database, folder) if f"folder:{field}" in shape.fields or field == "FolderId" else None
        if made is not None:
            element.append(made)
    return element


def _extended_of(database: Database, folder: Folder, shape: Shape) -> Iterator[Element]:
    for uri, key in shape.extended:
        value = _folder_value(database, folder, key)
        made = None if value is None else extended.element_of(uri, key, value)
        if made is not None:
            yield made


def folder_id(folder: Folder, *, parent: bool) -> Element | None:
    number = folder.parent if parent else folder.id
    if number is None:
        return None
    name = "ParentFolderId" if parent else "FolderId"
    return t(name, Id=ids.write("folder", folder.store, number), ChangeKey=ids.change_key(number, folder.changed))


def _folder_shape(base: str) -> set[str]:
    if base == "IdOnly":
        return {"folder:FolderId"}
    return {f"folder:{name}" for name in (*_FOLDER_FIELDS, "UnreadCount")} - {"folder:DistinguishedFolderId"}


def _count(database: Database, folder: Folder, restriction: str = "") -> int:
    return database.number(f"SELECT count(*) FROM item WHERE folder = ? AND associated = 0{restriction}", folder.id)


def _subfolders(database: Database, folder: Folder) -> int:
    return database.number("SELECT count(*) FROM folder WHERE parent = ?", folder.id)


def _folder_value(database: Database, folder: Folder, key: Property) -> Value | None:
    """A folder's property by its tag; None where it has none."""
    read = _BY_TAG.get(key) if isinstance(key, int) else None
    return None if read is None else read(database, folder)


_MESSAGE_SIZE_EXTENDED, _ASSOCIATED_COUNT, _HIDDEN = 0x0E080014, 0x36170003, 0x10F4000B
_NEXT_ARTICLE_NUMBER = 0x67510003
_SIZE = "SELECT sum(size) FROM item WHERE folder = ?"
_ASSOCIATED = "SELECT count(*) FROM item WHERE folder = ? AND associated = 1"
_NEXT = "SELECT 1 + max(coalesce((SELECT max(id) FROM item), 0), coalesce((SELECT max(item) FROM item_gone), 0))"
_BY_TAG: dict[int, Callable[[Database, Folder], Value | None]] = {
    tags.DISPLAY_NAME: lambda _, folder: folder.name,
    tags.CONTAINER_CLASS: lambda _, folder: folder.folder_class,
    tags.ENTRY_ID: lambda _, folder: ids.entry_id("folder", folder.store, folder.id),
    tags.CONTENT_COUNT: _count,
    tags.CONTENT_UNREAD_COUNT: lambda database, folder: _count(database, folder, " AND read = 0"),
    tags.MESSAGE_SIZE: lambda database, folder: database.number(_SIZE, folder.id),
    _MESSAGE_SIZE_EXTENDED: lambda database, folder: database.number(_SIZE, folder.id),
    _ASSOCIATED_COUNT: lambda database, folder: database.number(_ASSOCIATED, folder.id),
    tags.SUBFOLDERS: lambda database, folder: _subfolders(database, folder) > 0,
    _HIDDEN: lambda *_: False,
    _NEXT_ARTICLE_NUMBER: lambda database, _: database.number(_NEXT),
}
_FOLDER_FIELDS: dict[str, Callable[[Database, Folder], Element | None]] = {
    "FolderId": lambda _, folder: folder_id(folder, parent=False),
    "ParentFolderId": lambda _, folder: folder_id(folder, parent=True),
    "FolderClass": lambda _, folder: t("FolderClass", folder.folder_class) if folder.folder_class else None,
    "DisplayName": lambda _, folder: t("DisplayName", folder.name),
    "TotalCount": lambda database, folder: t("TotalCount", str(_count(database, folder))),
    "ChildFolderCount": lambda database, folder: t("ChildFolderCount", str(_subfolders(database, folder))),
    "EffectiveRights": lambda _, folder: content.effective_rights(folder),
    "DistinguishedFolderId": lambda _, folder: t("DistinguishedFolderId", folder.role) if folder.role else None,
}
_UNREAD: dict[str, Callable[[Database, Folder], Element | None]] = {
    "UnreadCount": lambda database, folder: t("UnreadCount", str(_count(database, folder, " AND read = 0")))
}
