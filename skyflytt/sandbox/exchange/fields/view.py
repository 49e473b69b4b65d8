"""An item as the fields look at it: what is in its row is at hand, its content is read when a field asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from skyflytt.outlook.mapi import Message, Property, Value, tags
from skyflytt.sandbox.exchange import ids
from skyflytt.sandbox.exchange.store import items
from skyflytt.sandbox.exchange.store.database import Database
from skyflytt.sandbox.exchange.store.items import Item

_HAS_ATTACHMENTS = 0x10


@dataclass
class View:
    """`kept` asks for the MIME bytes that came, where they are still known."""

    database: Database
    store: int
    item: Item
    kept: bool = False

    @cached_property
    def message(self) -> Message:
        return items.message_in(self.database, self.item)

    @cached_property
    def mime(self) -> bytes | None:
        return items.mime_of(self.database, self.item) if self.kept else None

    @property
    def id(self) -> str:
        return ids.write("item", self.store, self.item.id)

    @property
    def change_key(self) -> str:
        return ids.change_key(self.item.id, self.item.changed)

    def get(self, key: Property) -> Value | None:
        """A property, those included that the store computes."""
        computed = _COMPUTED.get(key) if isinstance(key, int) else None
        return self.message.properties.get(key) if computed is None else computed(self)


def _flags(view: View) -> int:
    flags = view.message.properties.get(tags.MESSAGE_FLAGS, 0)
    known = flags if isinstance(flags, int) else 0
    return known | _HAS_ATTACHMENTS if view.message.attachments else known & ~_HAS_ATTACHMENTS


_COMPUTED: dict[int, Callable[[View], Value | None]] = {
    tags.MESSAGE_CLASS: lambda view: view.item.item_class,
    tags.MESSAGE_FLAGS: _flags,
    tags.MESSAGE_SIZE: lambda view: view.item.size,
    tags.LAST_MODIFICATION_TIME: lambda view: view.item.modified,
    tags.HAS_ATTACHMENTS: lambda view: bool(view.message.attachments),
    tags.ENTRY_ID: lambda view: ids.entry_id("item", view.store, view.item.id),
    tags.RECORD_KEY: lambda view: ids.entry_id("item", view.store, view.item.id),
    tags.INTERNET_ARTICLE_NUMBER: lambda view: view.item.id,
    tags.PARENT_ENTRY_ID: lambda view: ids.entry_id("folder", view.store, view.item.folder),
}
