"""The requests that are made of EWS, each as its element ([MS-OXWSFOLD], [MS-OXWSCORE], [MS-OXWSSYNC], [MS-OXWSBTRF])."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy

from skyflytt.mail.ews.properties import field_uri
from skyflytt.mail.ews.xml import Element, m, t
from skyflytt.outlook.mapi import Property

SYNC_MOST = 512
"""The most changes that Exchange gives at once."""
FOLDER_ELEMENTS = {"IPF.Appointment": "CalendarFolder", "IPF.Contact": "ContactsFolder", "IPF.Task": "TasksFolder"}


def folder_id(id_: str) -> Element:
    return t("FolderId", Id=id_)


def item_ids(refs: Iterable[str]) -> Element:
    return m("ItemIds", *(t("ItemId", Id=ref) for ref in refs))


def shape(tag: str, fields: Sequence[str] = (), properties: Sequence[Property] = (), *, mime: bool = False) -> Element:
    """An ItemShape or FolderShape: ids, and what is named. MimeContent is asked for by an element of its own."""
    paths = [*(t("FieldURI", FieldURI=field) for field in fields), *(field_uri(key) for key in properties)]
    content = [t("IncludeMimeContent", "true")] if mime else []
    more = [t("AdditionalProperties", *paths)] if paths else []
    return m(tag, t("BaseShape", "IdOnly"), *content, *more)


def get_folders(ids: Sequence[Element], fields: Sequence[str], properties: Sequence[Property]) -> Element:
    return m("GetFolder", shape("FolderShape", fields, properties), m("FolderIds", *ids))


def sync_hierarchy(top: Element, state: str, fields: Sequence[str], properties: Sequence[Property]) -> Element:
    states = [m("SyncState", state)] if state else []
    return m("SyncFolderHierarchy", shape("FolderShape", fields, properties), m("SyncFolderId", top), *states)


def find_folders(parent: Element, offset: int, fields: Sequence[str], properties: Sequence[Property]) -> Element:
    view = m("IndexedPageFolderView", MaxEntriesReturned="500", Offset=str(offset), BasePoint="Beginning")
    return m(
        "FindFolder", shape("FolderShape", fields, properties), view, m("ParentFolderIds", parent), Traversal="Shallow"
    )


def sync_items(
    folder: str, state: str, fields: Sequence[str], properties: Sequence[Property], *, hidden: bool
) -> Element:
    states = [m("SyncState", state)] if state else []
    scopes = [m("SyncScope", "NormalAndAssociatedItems")] if hidden else []
    return m(
        "SyncFolderItems",
        shape("ItemShape", fields, properties),
        m("SyncFolderId", folder_id(folder)),
        *states,
        m("MaxChangesReturned", str(SYNC_MOST)),
        *scopes,
    )


def find_items(
    folder: str, offset: int, fields: Sequence[str], properties: Sequence[Property], *, associated: bool
) -> Element:
    view = m("IndexedPageItemView", MaxEntriesReturned="500", Offset=str(offset), BasePoint="Beginning")
    return m(
        "FindItem",
        shape("ItemShape", fields, properties),
        view,
        m("ParentFolderIds", folder_id(folder)),
        Traversal="Associated" if associated else "Shallow",
    )


def get_items(
    refs: Sequence[str], fields: Sequence[str], properties: Sequence[Property], *, mime: bool = False
) -> Element:
    return m("GetItem", shape("ItemShape", fields, properties, mime=mime), item_ids(refs))


def export_items(refs: Sequence[str]) -> Element:
    return m("ExportItems", item_ids(refs))


def new_upload(folder: str, stream: bytes, *, associated: bool = False) -> Element:
    """A new item of a folder; an associated one is hidden from people (a view, a rule)."""
    attributes = {"IsAssociated": "true"} if associated else {}
    return t("Item", t("ParentFolderId", Id=folder), _data(stream), CreateAction="CreateNew", **attributes)


def upload_over(folder: str, ref: str, stream: bytes) -> Element:
    """The content of an item that is there, replaced."""
    return t("Item", t("ParentFolderId", Id=folder), t("ItemId", Id=ref), _data(stream), CreateAction="Update")


def upload_items(items: Sequence[Element]) -> Element:
    return m("UploadItems", m("Items", *items))


def create_items(folder: str, items: Sequence[Element]) -> Element:
    """Items saved into a folder; nothing is sent to anybody."""
    return m(
        "CreateItem",
        m("SavedItemFolderId", folder_id(folder)),
        m("Items", *items),
        MessageDisposition="SaveOnly",
        SendMeetingInvitations="SendToNone",
    )


def update_item(ref: str, updates: Sequence[Element], *, suppress_receipts: bool) -> Element:
    """Updates of one item, whatever others did to it since; no read receipt goes out where the server can be told so."""
    return update_items({ref: updates}, suppress_receipts=suppress_receipts)


def update_items(updates: Mapping[str, Sequence[Element]], *, suppress_receipts: bool = False) -> Element:
    """As `update_item`, of each item by its ref."""
    receipts = {"SuppressReadReceipts": "true"} if suppress_receipts else {}
    changes = (
        t("ItemChange", t("ItemId", Id=ref), t("Updates", *deepcopy(list(some)))) for ref, some in updates.items()
    )
    return m(
        "UpdateItem",
        m("ItemChanges", *changes),
        MessageDisposition="SaveOnly",
        ConflictResolution="AlwaysOverwrite",
        SendMeetingInvitationsOrCancellations="SendToNone",
        **receipts,
    )


def move_item(ref: str, folder: str) -> Element:
    """Without ReturnNewItemIds, whose default is true: one server that is not Exchange gives none where it is asked for them."""
    return m("MoveItem", m("ToFolderId", folder_id(folder)), item_ids([ref]))


def delete_items(refs: Sequence[str]) -> Element:
    return m(
        "DeleteItem",
        item_ids(refs),
        DeleteType="HardDelete",
        SendMeetingCancellations="SendToNone",
        AffectedTaskOccurrences="AllOccurrences",
    )


def create_folder(parent: Element, name: str, folder_class: str) -> Element:
    """The kinds of folder that have an element of their own are made by it, and have their class from it."""
    own = FOLDER_ELEMENTS.get(folder_class)
    named = [] if own else [t("FolderClass", folder_class)]
    folder = t(own or "Folder", *named, t("DisplayName", name))
    return m("CreateFolder", m("ParentFolderId", parent), m("Folders", folder))


def _data(stream: bytes) -> Element:
    return t("Data", base64.b64encode(stream).decode("ascii"))
