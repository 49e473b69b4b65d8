"""What has changed since a sync state ([MS-OXWSSYNC] 3.1.4): folders of a hierarchy, items of a folder.

A state is two places in the store's order of events: what the client knew when this round began (`base`), and how far the round has
got (`reached`). Whether an item is new or altered is told against `base`; a change in mid-round comes once more, at its later place.
"""

from __future__ import annotations

import base64
import binascii
import struct
from typing import Literal, NamedTuple

from skyflytt.sandbox.exchange.store import folders
from skyflytt.sandbox.exchange.store.database import Database
from skyflytt.sandbox.exchange.store.folders import Folder
from skyflytt.sandbox.exchange.store.items import Item

_LAYOUT = struct.Struct("<4sqqq")
_ITEMS, _FOLDERS = b"ITEM", b"HIER"
Kind = Literal["Create", "Update", "Delete", "ReadFlagChange"]


class SyncStateInvalid(Exception):
    """Not one of our states, or one of another folder."""


class Change(NamedTuple):
    """`subject` is the item or folder, or the id of one that has gone."""

    kind: Kind
    subject: Item | Folder | int


class Round(NamedTuple):
    changes: list[Change]
    state: str
    last: bool


def item_changes(
    database: Database, folder: Folder, state: str, at_most: int, *, associated: bool, ignored: frozenset[int]
) -> Round:
    """Raises `SyncStateInvalid`."""
    base, reached = _parse(_ITEMS, folder.id, state)
    upper = database.now
    scope = "" if associated else " AND associated = 0"
    rows = database.rows(
        f"SELECT * FROM item WHERE folder = ? AND touched > ?{scope} ORDER BY touched LIMIT ?",
        *(folder.id, reached, at_most + 1),
    )
    found = [(item.touched, Change(_kind(item, base), item)) for item in (Item(*row) for row in rows)]
    gone = database.rows(
        "SELECT item, gone FROM item_gone WHERE folder = ? AND gone > ? AND created <= ? ORDER BY gone LIMIT ?",
        *(folder.id, reached, max(base, reached), at_most + 1),
    )
    found += [(row["gone"], Change("Delete", row["item"])) for row in gone]
    found.sort(key=lambda pair: pair[0])
    page, last = found[:at_most], len(found) <= at_most
    changes = [change for _, change in page if _number(change.subject) not in ignored]
    after = _write(_ITEMS, folder.id, upper, upper) if last else _write(_ITEMS, folder.id, base, page[-1][0])
    return Round(changes, after, last)


def folder_changes(database: Database, top: Folder, state: str) -> Round:
    """All folders below `top` that were made, altered or deleted; in one answer, as Exchange gives it. Raises `SyncStateInvalid`."""
    base, _ = _parse(_FOLDERS, top.id, state)
    upper = database.now
    changes = [
        Change("Create" if folder.created > base else "Update", folder)
        for folder in folders.below(database, top)
        if folder.changed > base
    ]
    gone = database.rows(
        "SELECT folder FROM folder_gone WHERE store = ? AND gone > ? AND created <= ? ORDER BY gone",
        top.store,
        base,
        base,
    )
    changes += [Change("Delete", row["folder"]) for row in gone]
    return Round(changes, _write(_FOLDERS, top.id, upper, upper), True)


def _kind(item: Item, base: int) -> Kind:
    if item.created > base:
        return "Create"
    return "Update" if item.changed > base else "ReadFlagChange"


def _number(subject: Item | Folder | int) -> int:
    return subject if isinstance(subject, int) else subject.id


def _write(what: bytes, subject: int, base: int, reached: int) -> str:
    return base64.b64encode(_LAYOUT.pack(what, subject, base, reached)).decode()


def _parse(what: bytes, subject: int, state: str) -> tuple[int, int]:
    if not state:
        return 0, 0
    try:
        kind, number, base, reached = _LAYOUT.unpack(base64.b64decode(state, validate=True))
    except (binascii.Error, struct.error) as error:
        raise SyncStateInvalid from error
    if kind != what or number != subject:
        raise SyncStateInvalid
    return base, reached
