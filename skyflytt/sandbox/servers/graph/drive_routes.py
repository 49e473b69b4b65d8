"""The lines of `routes.ROUTES` for sites and drives. A path within a drive stands between colons."""

from __future__ import annotations

from collections.abc import Callable

from skyflytt.sandbox.servers.graph import drive_changes, drive_items, drive_permissions, drive_uploads
from skyflytt.sandbox.servers.graph.answers import Answer

READ = ("Files.Read.All", "Files.ReadWrite.All", "Sites.Read.All", "Sites.ReadWrite.All")
WRITE = ("Files.ReadWrite.All", "Sites.ReadWrite.All")
UPLOAD = ("Sites.ReadWrite.All",)
SITES = ("Sites.Read.All", "Sites.ReadWrite.All")
ITEM = r"/drives/([^/]+)/items/([^/:]+)"
INSIDE = rf"{ITEM}:/(.+?)"

DRIVE_ROUTES: tuple[tuple[str, str, Callable[..., Answer], tuple[str, ...]], ...] = (
    ("GET", r"/sites/([^/]+)/drive", drive_items.site_drive, SITES),
    ("GET", r"/sites/([^/]+)/drives", drive_items.site_drives, SITES),
    ("GET", r"/sites/([^/]+)/recycleBin/items", drive_items.recycle_bin, READ),
    ("GET", r"/sites/([^/]+(?::/.+)?)", drive_items.site, SITES),
    ("GET", r"/users/([^/]+)/drive", drive_items.user_drive, READ),
    ("GET", r"/drives/([^/]+)", drive_items.drive, READ),
    ("GET", r"/drives/([^/]+)/root", drive_items.root_path, READ),
    ("GET", r"/drives/([^/]+)/root/delta", drive_changes.delta, READ),
    ("GET", r"/drives/([^/]+)/root:/(.+)", drive_items.root_path, READ),
    ("GET", rf"{ITEM}/children", drive_items.children, READ),
    ("POST", rf"{ITEM}/children", drive_items.make_folder, WRITE),
    ("GET", rf"{ITEM}/permissions", drive_permissions.permissions, READ),
    ("POST", rf"{ITEM}/invite", drive_permissions.invite, WRITE),
    ("GET", rf"{INSIDE}:/children", drive_items.children, READ),
    ("POST", rf"{INSIDE}:/children", drive_items.make_folder, WRITE),
    ("PUT", rf"{INSIDE}:/content", drive_items.put_content, WRITE),
    ("POST", rf"{INSIDE}:/createUploadSession", drive_uploads.create_session, UPLOAD),
    ("GET", rf"{INSIDE}:/permissions", drive_permissions.permissions, READ),
    ("POST", rf"{INSIDE}:/invite", drive_permissions.invite, WRITE),
    ("GET", rf"{INSIDE}", drive_items.item, READ),
    ("GET", ITEM, drive_items.item, READ),
    ("PATCH", ITEM, drive_items.patch, WRITE),
    ("DELETE", ITEM, drive_items.delete, WRITE),
)
