"""Items: a FastTransfer stream each, and beside it what lists and counts need."""

from __future__ import annotations

import os
from datetime import datetime
from typing import NamedTuple

from skyflytt.outlook.fasttransfer import read_stream, write_stream
from skyflytt.outlook.mapi import Message, tags
from skyflytt.outlook.mapi.times import filetime
from skyflytt.outlook.mime import Delivery
from skyflytt.sandbox.exchange.best_body import keep_one_body
from skyflytt.sandbox.exchange.mimecontent import message_of
from skyflytt.sandbox.exchange.store.database import Database

READ = 0x1
UNSENT = 0x8


class Item(NamedTuple):
    """`received` and `modified` are FILETIMEs; the last four are places in the store's order of events."""

    id: int
    folder: int
    item_class: str
    subject: str
    received: int
    size: int
    read: int
    associated: int
    modified: int
    created: int
    changed: int
    marked: int
    touched: int


def by_id(database: Database, number: int) -> Item | None:
    row = database.row("SELECT * FROM item WHERE id = ?", number)
    return Item(*row) if row else None


def stream_of(database: Database, item: Item) -> bytes:
    row = database.row("SELECT stream FROM content WHERE item = ?", item.id)
    if row is None:
        raise LookupError(f"item {item.id} has gone")
    return bytes(row[0])


def mime_of(database: Database, item: Item) -> bytes | None:
    """The bytes that the item was made from, while nothing has changed it."""
    row = database.row("SELECT mime FROM content WHERE item = ?", item.id)
    return bytes(row[0]) if row and row[0] is not None else None


def message_in(database: Database, item: Item) -> Message:
    return read_stream(stream_of(database, item), f"item {item.id}")


def add(
    database: Database,
    folder: int,
    message: Message,
    at: datetime,
    *,
    mime: bytes | None = None,
    associated: bool = False,
    stream: bytes | None = None,
) -> Item:
    """`at` is the hour of the server. Times and a search key are given to a message that has none."""
    properties = message.properties
    before = len(properties)
    properties.setdefault(tags.MESSAGE_CLASS, "IPM.Note")
    properties.setdefault(tags.SEARCH_KEY, os.urandom(16))
    properties.setdefault(tags.CREATION_TIME, filetime(at))
    properties.setdefault(tags.LAST_MODIFICATION_TIME, filetime(at))
    if keep_one_body(message) or stream is None or len(properties) != before:
        stream = write_stream(message)
    with database.writing():
        when = database.tick()
        number = database.run(
            "INSERT INTO item (folder, class, subject, received, size, read, associated, modified, created, changed, marked, touched)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(folder, *_listed(message, stream), associated, filetime(at), when, when, when, when),
        )
        database.run("INSERT INTO content VALUES (?, ?, ?)", number, stream, mime)
        return Item(*_row(database, number))


def replace(database: Database, item: Item, message: Message, at: datetime, *, only_read: bool = False) -> Item:
    """The item with other contents; `only_read` when nothing but its read flag differs, which is no modification."""
    modified = item.modified if only_read else filetime(at)
    message.properties[tags.LAST_MODIFICATION_TIME] = modified
    keep_one_body(message)
    stream = write_stream(message)
    with database.writing():
        when = database.tick()
        place = "marked" if only_read else "changed"
        database.run(
            f"UPDATE item SET class = ?, subject = ?, received = ?, size = ?, read = ?, modified = ?, {place} = ?, touched = ? WHERE id = ?",
            *(*_listed(message, stream), modified, when, when, item.id),
        )
        database.run("UPDATE content SET stream = ? WHERE item = ?", stream, item.id)
        if not only_read:
            database.run("UPDATE content SET mime = NULL WHERE item = ?", item.id)
        return Item(*_row(database, item.id))


def move(database: Database, item: Item, folder: int) -> Item:
    """Into another folder, where it has another id, as in Exchange."""
    with database.writing():
        moved = copy(database, item, folder)
        delete(database, item)
        return moved


def copy(database: Database, item: Item, folder: int) -> Item:
    """A copy keeps its search key."""
    with database.writing():
        when = database.tick()
        number = database.run(
            "INSERT INTO item (folder, class, subject, received, size, read, associated, modified, created, changed, marked, touched)"
            " SELECT ?, class, subject, received, size, read, associated, modified, ?, ?, ?, ? FROM item WHERE id = ?",
            *(folder, when, when, when, when, item.id),
        )
        database.run("INSERT INTO content SELECT ?, stream, mime FROM content WHERE item = ?", number, item.id)
        return Item(*_row(database, number))


def delete(database: Database, item: Item) -> None:
    with database.writing():
        database.run("DELETE FROM content WHERE item = ?", item.id)
        database.run("DELETE FROM item WHERE id = ?", item.id)
        database.run("INSERT INTO item_gone VALUES (?, ?, ?, ?)", item.id, item.folder, item.created, database.tick())


def deliver(database: Database, folder: int, raw: bytes, delivery: Delivery, at: datetime) -> Item:
    """A message that arrives as MIME: by post, or put there when a sandbox is filled."""
    return add(database, folder, message_of(raw, delivery), at, mime=raw)


def _row(database: Database, number: int) -> tuple[int, int, str, str, int, int, int, int, int, int, int, int, int]:
    row = database.row("SELECT * FROM item WHERE id = ?", number)
    if row is None:
        raise LookupError(f"item {number} has gone")
    return tuple(row)


def _listed(message: Message, stream: bytes) -> tuple[str, str, int, int, bool]:
    """Class, subject, time of delivery, size and read flag: the columns that follow from an item's content."""
    bag = message.properties
    received = bag.get(tags.MESSAGE_DELIVERY_TIME) or bag.get(tags.CREATION_TIME) or 0
    flags = bag.get(tags.MESSAGE_FLAGS, READ)
    subject = str(bag.get(tags.SUBJECT, "")).encode("utf-8", "replace").decode()
    read = isinstance(flags, int) and bool(flags & READ)
    return str(bag[tags.MESSAGE_CLASS]), subject, received if isinstance(received, int) else 0, len(stream), read
