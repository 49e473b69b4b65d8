"""The operations of EWS that this server has, each as a function from a request's element to its response messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.etree.ElementTree import Element

from skyflytt.sandbox.exchange.operations import attachments, directory, folders, items, sync, transfer
from skyflytt.sandbox.exchange.visiting import Visit

OPERATIONS: Mapping[str, Callable[[Visit, Element], list[Element]]] = {
    "ConvertId": directory.convert_id,
    "CopyItem": items.copy_item,
    "CreateAttachment": attachments.create_attachment,
    "CreateFolder": folders.create_folder,
    "CreateItem": items.create_item,
    "DeleteFolder": folders.delete_folder,
    "DeleteItem": items.delete_item,
    "EmptyFolder": folders.empty_folder,
    "ExportItems": transfer.export_items,
    "FindFolder": folders.find_folder,
    "FindItem": items.find_item,
    "GetAttachment": attachments.get_attachment,
    "GetFolder": folders.get_folder,
    "GetItem": items.get_item,
    "GetServerTimeZones": directory.get_server_time_zones,
    "GetUserConfiguration": directory.get_user_configuration,
    "MoveFolder": folders.move_folder,
    "MoveItem": items.move_item,
    "ResolveNames": directory.resolve_names,
    "SyncFolderHierarchy": sync.sync_folder_hierarchy,
    "SyncFolderItems": sync.sync_folder_items,
    "UpdateFolder": folders.update_folder,
    "UpdateItem": items.update_item,
    "UploadItems": transfer.upload_items,
}
