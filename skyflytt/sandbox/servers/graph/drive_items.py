"""Sites, drives and their items. Addresses of the documentation: docs/reference/sharepoint.md."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Any
from urllib.parse import quote

from skyflytt.files.names.kinds import SHAREPOINT
from skyflytt.files.names.rule import Severity, units
from skyflytt.sandbox.servers.graph.answers import Answer, Asked, Refusal, page, selected
from skyflytt.sandbox.servers.graph.drive_state import Drive, DriveItem
from skyflytt.sandbox.servers.graph.state import State

LONGEST_PATH = 400
BIN_PAGE = 200


def site(state: State, asked: Asked, name: str) -> Answer:
    """By `host:/sites/name`, or by its id; `root` is the site of a host alone."""
    wanted = name.replace(":/", "/", 1)
    if wanted == "root":
        wanted = next(
            (one.start.site for one in state.drives.values() if one.start.site and "/" not in one.start.site), ""
        )
    for drive in state.drives.values():
        if drive.start.site and wanted.lower() in (drive.start.site.lower(), site_id(drive.start.site)):
            return Answer(200, selected(_site(drive.start.site), asked.options))
    raise Refusal(404, "itemNotFound", "Requested site could not be found")


def site_drive(state: State, asked: Asked, name: str) -> Answer:
    found = _drives_of(state, name)
    return Answer(200, selected(shown_drive(found[0]), asked.options))


def site_drives(state: State, asked: Asked, name: str) -> Answer:
    return page(asked, _drives_of(state, name), BIN_PAGE, lambda one: selected(shown_drive(one), asked.options))


def user_drive(state: State, asked: Asked, name: str) -> Answer:
    user = state.find(name)
    if user is None:
        raise Refusal(404, "itemNotFound", "The resource could not be found.")
    for drive in state.drives.values():
        if drive.start.owner and drive.start.owner.lower() == user.address.lower():
            return Answer(200, selected(shown_drive(drive), asked.options))
    raise Refusal(404, "ResourceNotFound", "User's mysite not found.")


def drive(state: State, asked: Asked, key: str) -> Answer:
    return Answer(200, selected(shown_drive(of(state, key)), asked.options))


def root_path(state: State, asked: Asked, key: str, path: str = "") -> Answer:
    found = of(state, key)
    return _shown(found, asked, found.at(found.root, path))


def item(state: State, asked: Asked, key: str, item_id: str, path: str = "") -> Answer:
    found = of(state, key)
    return _shown(found, asked, found.at(_item(found, item_id), path))


def children(state: State, asked: Asked, key: str, item_id: str, path: str = "") -> Answer:
    found = of(state, key)
    folder = _there(found.at(_item(found, item_id), path))
    if not folder.is_folder:
        raise Refusal(404, "itemNotFound", "Item does not exist")
    return page(asked, found.children(folder), found.rules.page, lambda one: _fields(found, one, asked))


def make_folder(state: State, asked: Asked, key: str, item_id: str, path: str = "") -> Answer:
    found, body = of(state, key), asked.body if isinstance(asked.body, dict) else {}
    found.require_writable()
    folder = _there(found.at(_item(found, item_id), path))
    name = require_name(found, folder, str(body.get("name") or ""))
    if not folder.is_folder or "folder" not in body:
        raise Refusal(400, "invalidRequest", "The folder facet is missing")
    if found.child(folder, name) is not None:
        raise Refusal(409, "nameAlreadyExists", "An item with the same name already exists under the parent")
    return _answer(found, found.made(folder, name, asked.now, is_folder=True), asked, 201)


def put_content(state: State, asked: Asked, key: str, item_id: str, path: str) -> Answer:
    found = of(state, key)
    folder, name = _place(found, item_id, path)
    there = found.child(folder, name)
    found.require_writable(there)
    if there is not None and there.is_folder:
        raise Refusal(409, "nameAlreadyExists", "A folder with the same name already exists")
    kept = there or found.made(folder, name, asked.now, is_folder=False)
    found.filled(kept, asked.raw, asked.now)
    return _answer(found, kept, asked, 200 if there else 201)


def patch(state: State, asked: Asked, key: str, item_id: str) -> Answer:
    found, body = of(state, key), asked.body if isinstance(asked.body, dict) else {}
    changing = _item(found, item_id)
    found.require_writable(changing)
    above = str((body.get("parentReference") or {}).get("id") or changing.parent)
    folder = _item(found, above)
    name = str(body.get("name") or changing.name)
    if (name, above) != (changing.name, changing.parent):
        require_name(found, folder, name)
    there = found.child(folder, name)
    if there is not None and there.id != changing.id:
        raise Refusal(409, "nameAlreadyExists", "An item with the same name already exists under the parent")
    changing.name, changing.parent = name, above
    if told := (body.get("fileSystemInfo") or {}).get("lastModifiedDateTime"):
        changing.modified = _to_the_second(str(told))
    found.changed(changing)
    answer = _answer(found, changing, asked, 200)
    found.may_alter(changing)
    return answer


def delete(state: State, asked: Asked, key: str, item_id: str) -> Answer:
    found = of(state, key)
    going = _item(found, item_id)
    found.require_writable(going)
    if (wanted := asked.headers.get("if-match")) and wanted not in (_etag(going), _ctag(going)):
        raise Refusal(412, "resourceModified", "ETag does not match current item's value")
    found.recycle(going, asked.now)
    return Answer(204)


def recycle_bin(state: State, asked: Asked, name: str) -> Answer:
    gone = [one for each in _drives_of(state, name) for one in each.bin]
    return page(asked, gone, BIN_PAGE, lambda one: {
        "id": one.id, "name": one.name, "title": one.name, "size": one.size, "deletedDateTime": one.at,
        "deletedFromLocation": one.location.partition("/")[2],
    })  # fmt: skip


def of(state: State, key: str) -> Drive:
    if key not in state.drives:
        raise Refusal(404, "itemNotFound", "The resource could not be found.")
    return state.drives[key]


def site_id(name: str) -> str:
    host = name.partition("/")[0]
    return f"{host},{hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()[:12]},0"


def require_name(drive: Drive, folder: DriveItem, name: str) -> str:
    """The rules of https://support.microsoft.com/office/64883a5d-228e-48f5-b3d2-eb39e07630fa, from the same data as the product's."""
    broken = [rule for rule, pattern in SHAREPOINT.each if rule.severity is Severity.REFUSED and pattern.search(name)]
    broken = [rule for rule in broken if not rule.at_top or folder.id == drive.root.id]
    if not name or broken or "/" in name:
        raise Refusal(
            400, "invalidRequest", "The provided name cannot be used: " + ", ".join(rule.code for rule in broken)
        )
    path = "/".join(part for part in (_above(drive), drive.path_of(folder), name) if part)
    if units(path) > LONGEST_PATH:
        raise Refusal(400, "pathIsTooLong", "The specified path is too long")
    return name


def fields(drive: Drive, one: DriveItem) -> dict[str, Any]:
    """A driveItem without its address for download."""
    name = one.name
    resource: dict[str, Any] = {
        "id": one.id, "name": name, "eTag": _etag(one), "cTag": _ctag(one), "lastModifiedDateTime": one.modified,
        "fileSystemInfo": {"createdDateTime": one.modified, "lastModifiedDateTime": one.modified},
        "parentReference": {"driveId": drive.start.id, "id": one.parent, "path": _reference(drive, one)},
        "size": sum(len(each.content) for each in drive.below(one)),
        "webUrl": f"https://{_above_url(drive)}/{quote(drive.path_of(one))}",
    }  # fmt: skip
    if drive.start.site:
        resource["sharepointIds"] = {"siteId": site_id(drive.start.site)}
        resource["parentReference"]["siteId"] = site_id(drive.start.site)
    if one.package:
        resource["package"] = {"type": one.package}
    elif one.is_folder:
        resource["folder"] = {"childCount": len(drive.children(one))}
    else:
        hashes = {} if one.hash_after > 0 else {"quickXorHash": one.digest}
        resource["file"] = {"mimeType": "application/octet-stream", "hashes": hashes}
    if one.id == drive.root.id:
        resource["root"] = {}
    return resource


def shown_drive(drive: Drive) -> dict[str, Any]:
    used = drive.used()
    return {
        "id": drive.start.id, "name": drive.start.name, "webUrl": f"https://{_above_url(drive)}",
        "driveType": "documentLibrary" if drive.start.site else "business",
        "quota": {"total": drive.start.total_bytes, "used": used, "remaining": drive.start.total_bytes - used, "state": "normal"},
    }  # fmt: skip


def _site(name: str) -> dict[str, Any]:
    return {"id": site_id(name), "name": name.rpartition("/")[2], "webUrl": f"https://{name}"}


def _drives_of(state: State, name: str) -> list[Drive]:
    found = [one for one in state.drives.values() if one.start.site and site_id(one.start.site) == name]
    if not found:
        raise Refusal(404, "itemNotFound", "Requested site could not be found")
    return found


def _shown(drive: Drive, asked: Asked, found: DriveItem | None) -> Answer:
    return _answer(drive, _there(found), asked, 200)


def _answer(drive: Drive, one: DriveItem, asked: Asked, status: int) -> Answer:
    return Answer(status, _fields(drive, one, asked))


def _fields(drive: Drive, one: DriveItem, asked: Asked) -> dict[str, Any]:
    resource = fields(drive, one)
    one.hash_after = max(0, one.hash_after - 1)
    if not one.is_folder and not one.package:
        at = f"{asked.base.removesuffix('/v1.0')}/transfer/down/{drive.start.id}/{one.id}"
        resource["@microsoft.graph.downloadUrl"] = f"{at}?tempauth={drive.start.id}.{one.id}"
    return selected(resource, asked.options)


def _place(drive: Drive, item_id: str, path: str) -> tuple[DriveItem, str]:
    above, _, name = path.rpartition("/")
    folder = drive.at(_item(drive, item_id), above)
    if folder is None or not folder.is_folder:
        raise Refusal(404, "itemNotFound", "The parent folder does not exist")
    return folder, require_name(drive, folder, name)


place_of = _place


def _item(drive: Drive, item_id: str) -> DriveItem:
    return _there(drive.items.get(item_id))


def _there(found: DriveItem | None) -> DriveItem:
    if found is None:
        raise Refusal(404, "itemNotFound", "The resource could not be found.")
    return found


def _etag(one: DriveItem) -> str:
    return f'"{{{one.id}}},{one.version}"'


def _ctag(one: DriveItem) -> str:
    return f'"c:{{{one.id}}},{one.content_version}"'


def _above_url(drive: Drive) -> str:
    if drive.start.site:
        return f"{drive.start.site}/{quote(drive.start.name)}"
    who = re.sub(r"\W", "_", drive.start.owner or "")
    return f"norrsken-my.sharepoint.com/personal/{who}/Documents"


def _above(drive: Drive) -> str:
    if drive.start.site:
        return f"{drive.start.site.partition('/')[2]}/{drive.start.name}"
    return _above_url(drive).partition("/")[2]


def _reference(drive: Drive, one: DriveItem) -> str:
    if one.id == drive.root.id:
        return ""
    above = drive.path_of(one).rpartition("/")[0]
    return f"/drives/{drive.start.id}/root:" + (f"/{quote(above)}" if above else "")


def _to_the_second(told: str) -> str:
    try:
        at = datetime.fromisoformat(told)
    except ValueError:
        raise Refusal(400, "invalidRequest", "Cannot convert a value to a date") from None
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
