"""The mailboxes of a simulated tenant: those of the sandbox's Exchange, under the ids and names that Graph has for them."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from skyflytt.deadline.clock import Clock
from skyflytt.sandbox.exchange import ids
from skyflytt.sandbox.exchange.failing import ResponseError
from skyflytt.sandbox.exchange.store import Database, folders, items, mailboxes, open_store
from skyflytt.sandbox.exchange.store.folders import Folder
from skyflytt.sandbox.exchange.store.items import Item
from skyflytt.sandbox.exchange.store.mailboxes import Store
from skyflytt.sandbox.exchange.store.roles import PRIMARY
from skyflytt.sandbox.servers.graph.answers import Refusal
from skyflytt.sandbox.servers.graph.mailbox_limits import Meter
from skyflytt.sandbox.servers.graph.mailbox_settings import MailStart
from skyflytt.sandbox.servers.graph.settings import User

NOT_ENABLED = "The mailbox is either inactive, soft-deleted, or is hosted on-premise."
WELL_KNOWN = frozenset(role.id for role in PRIMARY)


@dataclass(slots=True)
class Session:
    """An import address of one store; `left` are the items that it still takes."""

    store: int
    left: int


@dataclass(slots=True)
class Mail:
    """`lagging` has what listings of a folder do not show yet: the counter before the change, and how many looks are left."""

    start: MailStart
    tenant: str
    clock: Clock
    database: Database
    meter: Meter
    sessions: dict[str, Session] = field(default_factory=dict)
    lagging: dict[int, tuple[int, int]] = field(default_factory=dict)
    lock: Any = field(default_factory=threading.RLock)

    def id_of(self, user: User) -> str:
        """Raises `Refusal` for a user without a mailbox."""
        self.store_of(user)
        return f"MBX:{user.id}@{self.tenant}"

    def store_of(self, user: User) -> Store:
        store = mailboxes.find(self.database, user.address)
        if store is None:
            raise Refusal(404, "MailboxNotEnabledForRESTAPI", NOT_ENABLED)
        return store

    def folder(self, store: Store, name: str) -> Folder:
        """By id or well-known name."""
        if name.lower() in WELL_KNOWN:
            found = folders.by_role(self.database, store, name.lower())
        else:
            known = self._read(name, "folder", store)
            found = folders.by_id(self.database, known.number)
        if found is None or found.store != store.id:
            raise Refusal(404, "ErrorItemNotFound", "The specified object was not found in the store.")
        return found

    def item(self, store: Store, name: str) -> Item:
        known = self._read(name, "item", store)
        found = items.by_id(self.database, known.number)
        if found is None:
            raise Refusal(404, "ErrorItemNotFound", "The specified object was not found in the store.")
        return found

    def _read(self, name: str, kind: str, store: Store) -> ids.Id:
        try:
            known = ids.read(name.replace("-", "/").replace("_", "+"))
        except ResponseError as error:
            raise Refusal(400, "ErrorInvalidIdMalformed", "Id is malformed.") from error
        if known.kind != kind or known.store != store.id:
            raise Refusal(404, "ErrorItemNotFound", "The specified object was not found in the store.")
        return known

    def session(self, store: Store) -> str:
        token = f"eyJ{secrets.token_urlsafe(24)}.{secrets.token_urlsafe(16)}"
        self.sessions[token] = Session(store.id, self.start.session_imports)
        return token

    def changing(self, folder: int) -> None:
        """To be called before a change: listings of the folder lag behind it."""
        if self.start.list_lag:
            self.lagging.setdefault(folder, (self.database.now, self.start.list_lag))

    def shown(self, folder: Folder) -> Sequence[Item]:
        """The items of a folder as a listing sees them now."""
        known_to = self.database.now
        if (lag := self.lagging.get(folder.id)) is not None:
            known_to, left = lag
            if left > 1:
                self.lagging[folder.id] = (known_to, left - 1)
            else:
                del self.lagging[folder.id]
        rows = self.database.rows(
            "SELECT * FROM item WHERE folder = ? AND associated = 0 AND created <= ? ORDER BY received DESC, id DESC",
            *(folder.id, known_to),
        )
        return [Item(*row) for row in rows]


def rest_id(kind: ids.Kind, store: int, number: int) -> str:
    """In the alphabet for addresses: https://learn.microsoft.com/graph/api/user-translateexchangeids."""
    return ids.write(kind, store, number).replace("/", "-").replace("+", "_")


def opened(start: MailStart, tenant: str, clock: Clock) -> Mail:
    return Mail(start, tenant, clock, open_store(start.store), Meter(start.limits, clock))
