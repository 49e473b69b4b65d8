"""A driveItem (https://learn.microsoft.com/graph/api/resources/driveitem) as an entry of the store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from skyflytt.errors.files import PathRefused
from skyflytt.files.port import Entry, EntryKind
from skyflytt.files.walk import Listed, Unlisted

FIELDS = "id,name,size,file,folder,package,remoteItem,malware,fileSystemInfo,lastModifiedDateTime,cTag,eTag,deleted,parentReference"


def kind_of(item: Mapping[str, Any]) -> EntryKind:
    """A notebook is a package, and a shortcut to another library is a remote item: neither is copied as what it seems to be."""
    if "package" in item or "remoteItem" in item:
        return EntryKind.OTHER
    return EntryKind.FOLDER if "folder" in item else EntryKind.FILE


def listed(item: Mapping[str, Any]) -> Listed | Unlisted:
    """As its folder lists it."""
    name, kind = str(item.get("name") or ""), kind_of(item)
    if "malware" in item:
        return Unlisted(name, PathRefused(name, "Microsoft 365 found malware in it and does not hand it out"))
    if kind is EntryKind.FILE and not isinstance(item.get("size"), int):
        return Unlisted(name, PathRefused(name, "the listing tells no size of it"))
    return Listed(name, kind, _size(item, kind), modified_of(item), token=token_of(item))


def entry(item: Mapping[str, Any], path: str) -> Entry:
    kind = kind_of(item)
    return Entry(path, kind, _size(item, kind), modified_of(item), token=token_of(item))


def _size(item: Mapping[str, Any], kind: EntryKind) -> int:
    return int(item.get("size") or 0) if kind is EntryKind.FILE else 0


def token_of(item: Mapping[str, Any]) -> str:
    """The cTag changes with the content, and not with names, places and columns."""
    return str(item.get("cTag") or item.get("eTag") or "") if kind_of(item) is EntryKind.FILE else ""


def hash_of(item: Mapping[str, Any]) -> str:
    """The quickXorHash; empty where the service has none yet."""
    return str(((item.get("file") or {}).get("hashes") or {}).get("quickXorHash") or "")


def modified_of(item: Mapping[str, Any]) -> datetime:
    """When it was changed by whoever made it, which travels with the file; not when it came to the library."""
    kept = (item.get("fileSystemInfo") or {}).get("lastModifiedDateTime") or item.get("lastModifiedDateTime") or ""
    try:
        return datetime.fromisoformat(str(kept)).astimezone(UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)


def told_time(at: datetime) -> str:
    """As Graph takes it; SharePoint keeps seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
