"""The drives of a simulated tenant: items, changes, unfinished uploads, the recycle bin, and who was let in."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from skyflytt.files.names.rule import in_capitals
from skyflytt.files.sharepoint.office import ENDINGS
from skyflytt.files.sharepoint.quick_xor import quick_xor
from skyflytt.sandbox.servers.graph.answers import Refusal
from skyflytt.sandbox.servers.graph.drive_settings import DriveRules, DriveStart

PROMOTED = b"<promoted by the library>"


@dataclass(slots=True)
class DriveItem:
    id: str
    name: str
    parent: str
    is_folder: bool
    modified: str
    content: bytes = b""
    digest: str = ""
    version: int = 1
    content_version: int = 1
    hash_after: int = 0
    locked: bool = False
    package: str = ""
    grants: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Upload:
    """An upload session: `path` is where the file will be, `conflict` what happens if something is there."""

    key: str
    parent: str
    name: str
    conflict: str
    until: datetime
    modified: str = ""
    total: int = -1
    content: bytearray = field(default_factory=bytearray)


@dataclass(slots=True)
class Recycled:
    id: str
    name: str
    size: int
    location: str
    at: str
    items: list[DriveItem]


@dataclass(slots=True)
class Drive:
    start: DriveStart
    rules: DriveRules
    items: dict[str, DriveItem] = field(default_factory=dict)
    changes: list[tuple[str, int]] = field(default_factory=list)
    """Ids in the order of the changes, each with the request for changes that may tell it first."""
    forgotten: int = 0
    asked_for_changes: int = 0
    bin: list[Recycled] = field(default_factory=list)
    uploads: dict[str, Upload] = field(default_factory=dict)
    due: set[str] = field(default_factory=set)
    """What is altered after the answer that is being made."""

    @property
    def root(self) -> DriveItem:
        return self.items[f"{self.start.id}-root"]

    def children(self, folder: DriveItem) -> list[DriveItem]:
        return sorted((one for one in self.items.values() if one.parent == folder.id), key=lambda one: one.name)

    def child(self, folder: DriveItem, name: str) -> DriveItem | None:
        """As SharePoint compares names."""
        wanted = _folded(name)
        return next(
            (one for one in self.items.values() if one.parent == folder.id and _folded(one.name) == wanted), None
        )

    def at(self, folder: DriveItem, path: str) -> DriveItem | None:
        found: DriveItem | None = folder
        for name in filter(None, path.split("/")):
            found = self.child(found, name) if found is not None and found.is_folder else None
        return found

    def path_of(self, item: DriveItem) -> str:
        return "/".join(reversed([one.name for one in self._up(item)]))

    def _up(self, item: DriveItem) -> Iterator[DriveItem]:
        while item.id != self.root.id:
            yield item
            item = self.items[item.parent]

    def below(self, item: DriveItem) -> list[DriveItem]:
        return [item, *(one for child in self.children(item) for one in self.below(child))]

    def used(self) -> int:
        return sum(len(one.content) for one in self.items.values())

    def changed(self, item: DriveItem) -> None:
        item.version += 1
        self.changes.append((item.id, self.asked_for_changes + self.rules.delta_lag))
        while len(self.changes) - self.forgotten > self.rules.forget_changes:
            self.forgotten += 1

    def made(self, parent: DriveItem, name: str, now: str, *, is_folder: bool) -> DriveItem:
        item = DriveItem(secrets.token_hex(8).upper(), name, parent.id, is_folder, now)
        self.items[item.id] = item
        self.changed(item)
        return item

    def filled(self, item: DriveItem, content: bytes, now: str) -> None:
        if self.used() - len(item.content) + len(content) > self.start.total_bytes:
            raise Refusal(507, "quotaLimitReached", "Insufficient Space Available")
        item.content, item.digest, item.modified = content, quick_xor(content), now
        item.content_version += 1
        item.hash_after = self.rules.hash_lag
        self.changed(item)
        self.may_alter(item)

    def may_alter(self, item: DriveItem) -> None:
        """Some time after a content came to the name of an Office document."""
        office = item.name.rpartition(".")[2].lower() in ENDINGS
        if office and self.rules.alters_office and not item.is_folder and not item.content.endswith(PROMOTED):
            self.due.add(item.id)

    def alter(self) -> None:
        for key in self.due & set(self.items):
            item = self.items[key]
            item.content += PROMOTED
            item.digest = quick_xor(item.content)
            item.content_version += 1
            self.changed(item)
        self.due.clear()

    def recycle(self, item: DriveItem, now: str) -> None:
        gone = self.below(item)
        path = self.path_of(item)
        location = f"{self.start.site or self.start.owner}/{self.start.name}/{path.rpartition('/')[0]}".rstrip("/")
        self.bin.append(
            Recycled(secrets.token_hex(8), item.name, sum(len(one.content) for one in gone), location, now, gone)
        )
        for one in gone:
            del self.items[one.id]
            self.changes.append((one.id, self.asked_for_changes + self.rules.delta_lag))

    def restore(self, recycled: Recycled) -> None:
        """Back to where it was; what was below it is not told by itself."""
        self.bin.remove(recycled)
        self.items |= {one.id: one for one in recycled.items}
        self.changed(recycled.items[0])

    def require_writable(self, item: DriveItem | None = None) -> None:
        if self.start.lock == "read-only":
            raise Refusal(403, "accessDenied", "Access denied. The site is read-only.")
        if self.start.lock == "locked":
            raise Refusal(423, "resourceLocked", "The site is locked.")
        if item is not None and item.locked:
            raise Refusal(423, "resourceLocked", "The resource you are attempting to access is locked")


def _folded(name: str) -> str:
    return in_capitals(name)


def begun_drives(starts: tuple[DriveStart, ...], rules: DriveRules) -> dict[str, Drive]:
    made = {}
    for start in starts:
        drive = Drive(start, rules)
        root = DriveItem(f"{start.id}-root", "root", "", True, "2026-01-01T00:00:00Z")
        drive.items[root.id] = root
        made[start.id] = drive
    return made
