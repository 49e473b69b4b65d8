"""Which drive it is: a library of a site, a person's OneDrive, or one whose id is known. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote, unquote, urlsplit

from skyflytt.errors.base import Failure
from skyflytt.errors.files import PathMissing, PathRefused
from skyflytt.errors.graph import ConsentMissing
from skyflytt.errors.sharepoint import LibraryMissing
from skyflytt.files.sharepoint.failures import failure
from skyflytt.graph import GraphClient, GraphSettings, Refused
from skyflytt.graph.permissions import named_for

ROOT_SITE = "root"


class LibrarySettings(GraphSettings, Protocol):
    """`skyflytt.project.servers.SharepointServer`."""

    @property
    def site(self) -> str | None: ...
    @property
    def library(self) -> str | None: ...
    @property
    def user(self) -> str | None: ...
    @property
    def drive(self) -> str | None: ...
    @property
    def root(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Library:
    """`root_id` is the item of the folder that all paths are below; `above` is what stands before them and counts for their length.

    `site_id` is empty where Graph names no site. Sizes are None where it tells none.
    """

    drive_id: str
    root_id: str
    name: str
    above: str
    at_top: bool = True
    site_id: str = ""
    total_bytes: int | None = None
    free_bytes: int | None = None

    def url(self, path: str = "", act: str = "") -> str:
        """Relative to Graph's version; `act` as `/children`. Everything but unreserved characters is encoded."""
        root = f"/drives/{quote(self.drive_id, safe='!')}/items/{quote(self.root_id, safe='!')}"
        if not path:
            return f"{root}{act}"
        inside = "/".join(quote(part, safe="") for part in path.split("/"))
        return f"{root}:/{inside}:{act}" if act else f"{root}:/{inside}"

    def of_item(self, item_id: str, act: str = "") -> str:
        return f"/drives/{quote(self.drive_id, safe='!')}/items/{quote(item_id, safe='!')}{act}"


def find_library(client: GraphClient, settings: LibrarySettings) -> Library:
    """Raises `LibraryMissing`, `ConsentMissing`, and `PathMissing` where `root` is no folder of the library."""
    drive = drive_of(client, settings)
    named = str(drive.get("webUrl") or drive.get("name") or drive["id"])
    root = settings.root.strip("/")
    path = f"/drives/{quote(str(drive['id']), safe='!')}/root" + (f":/{quote(root)}" if root else "")
    try:
        item = client.get(path, {"$select": "id,folder,sharepointIds,parentReference,webUrl"})
    except Refused as refused:
        raise _of_root(settings.root, named, client.host, refused) from refused
    if "folder" not in item and root:
        raise PathRefused(settings.root, "it is not a folder")
    quota = drive.get("quota") or {}
    ids = item.get("sharepointIds") or {}
    above = unquote(urlsplit(named).path).strip("/")
    return Library(
        str(drive["id"]),
        str(item["id"]),
        named,
        "/".join(part for part in (above, root) if part),
        not root,
        str(ids.get("siteId") or (item.get("parentReference") or {}).get("siteId") or ""),
        _whole(quota.get("total")),
        _whole(quota.get("remaining")),
    )


def drive_of(client: GraphClient, settings: LibrarySettings) -> dict[str, Any]:
    """The drive as Graph shows it."""
    if settings.drive is not None:
        return _get(client, f"/drives/{quote(settings.drive, safe='!')}", settings.drive)
    if settings.user is not None:
        return _get(client, f"/users/{quote(settings.user, safe='@')}/drive", f"OneDrive of {settings.user}")
    named = settings.site or "the organisation's own site"
    site = _get(client, site_path(settings.site or ROOT_SITE), named)
    if settings.library is None:
        return _get(client, f"/sites/{site['id']}/drive", named)
    wanted, names = settings.library.casefold(), []
    try:
        for drive in client.pages(f"/sites/{site['id']}/drives"):
            names.append(str(drive.get("name")))
            if names[-1].casefold() == wanted:
                return drive
    except Refused as refused:
        raise _denied(named, client.host, refused) from refused
    raise LibraryMissing(settings.library, f"{named} has {', '.join(sorted(names)) or 'none'}")


def site_path(site: str) -> str:
    """`norrsken.sharepoint.com/sites/Projekt` as Graph addresses it; anything else is taken for a site's id."""
    host, slash, below = site.removeprefix("https://").strip("/").partition("/")
    if slash:
        return f"/sites/{host}:/{quote(below)}"
    return f"/sites/{quote(host, safe=',')}"


def _get(client: GraphClient, path: str, item: str) -> dict[str, Any]:
    try:
        return client.get(path)
    except Refused as refused:
        raise _denied(item, client.host, refused) from refused


def _denied(item: str, server: str, refused: Refused) -> Failure:
    if refused.status in (401, 403):
        return ConsentMissing(f"reading {item} with {permissions()}", str(refused))
    if refused.status in (400, 404, 410):
        return LibraryMissing(item, str(refused))
    return failure(item, server, refused)


def permissions() -> str:
    return f"{named_for('files-target')} (to read only: {named_for('files-source')})"


def _of_root(root: str, named: str, server: str, refused: Refused) -> Failure:
    if refused.status == 404:
        return PathMissing(root, f"{named} has no such folder")
    return _denied(named, server, refused)


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def described(item: Mapping[str, Any]) -> str:
    """The digest and size that the service keeps of a file, as one text."""
    digest = str(((item.get("file") or {}).get("hashes") or {}).get("quickXorHash") or "")
    return f"{item.get('size')} bytes, quickXorHash {digest or 'unknown'}"
