"""One request's view of the store: who asks, and which folders and items they may see."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from skyflytt.deadline.clock import Clock
from skyflytt.sandbox.exchange import ids, xml
from skyflytt.sandbox.exchange.failing import Fault, ResponseError
from skyflytt.sandbox.exchange.faults import Faults, ItemKind, Rule
from skyflytt.sandbox.exchange.settings import Account, Settings
from skyflytt.sandbox.exchange.store import folders, items, mailboxes
from skyflytt.sandbox.exchange.store.database import Database
from skyflytt.sandbox.exchange.store.folders import Folder
from skyflytt.sandbox.exchange.store.items import Item
from skyflytt.sandbox.exchange.store.mailboxes import Store
from skyflytt.sandbox.exchange.store.roles import PUBLIC_ADDRESS, kind_of


@dataclass(frozen=True)
class Visit:
    """`operation` is what is asked for; `acting` is the mailbox that the visitor acts as."""

    database: Database
    settings: Settings
    clock: Clock
    account: Account
    impersonated: str
    operation: str
    faults: Faults

    @property
    def acting(self) -> str:
        return self.impersonated or self.account.mailbox or ""

    def enter(self) -> None:
        """Raises `Fault` for an impersonation that is not allowed, or of nobody."""
        if not self.impersonated:
            return
        if not self.account.impersonates:
            raise Fault("ErrorImpersonateUserDenied")
        if mailboxes.find(self.database, self.impersonated) is None:
            raise Fault("ErrorNonExistentMailbox")

    def folder(self, element: Element | None) -> Folder:
        """The folder that FolderId or DistinguishedFolderId names. Raises `ResponseError`."""
        folder = self.named_folder(element)
        store = mailboxes.by_id(self.database, folder.store)
        if store is None or self._closed(store, folder):
            raise ResponseError("ErrorAccessDenied")
        return folder

    def named_folder(self, element: Element | None) -> Folder:
        """The same, closed or not."""
        if element is None:
            raise ResponseError("ErrorInvalidIdEmpty")
        if xml.name_of(element) == "DistinguishedFolderId":
            return self._distinguished(element)
        found = ids.read(element.get("Id"))
        folder = folders.by_id(self.database, found.number) if found.kind == "folder" else None
        if folder is None:
            raise ResponseError("ErrorItemNotFound" if found.kind == "folder" else "ErrorInvalidIdMalformed")
        self._allowed(folder.store)
        return folder

    def item(self, element: Element) -> Item:
        """The item that ItemId names. Raises `ResponseError`."""
        return self.item_of(ids.read(element.get("Id")))

    def item_of(self, found: ids.Id) -> Item:
        item = items.by_id(self.database, found.number) if found.kind == "item" else None
        if item is None:
            raise ResponseError("ErrorItemNotFound")
        folder = folders.by_id(self.database, item.folder)
        if folder is None:
            raise ResponseError("ErrorItemNotFound")
        store = self._allowed(folder.store)
        if self._closed(store, folder):
            raise ResponseError("ErrorAccessDenied")
        return item

    def fault(self, kind: ItemKind, item: Item) -> Rule | None:
        """The fault of this kind that is due for this item."""
        if not self.faults.per_item:
            return None
        folder = folders.by_id(self.database, item.folder)
        path = "/".join(folders.path_of(self.database, folder)) if folder else ""
        return self.faults.of_item(kind, self.operation, self.acting, item, path)

    def check(self, item: Item) -> None:
        """Raises `ResponseError` when a fault is due for this item."""
        if rule := self.fault("item", item):
            raise ResponseError(rule.code)

    def _closed(self, store: Store, folder: Folder) -> bool:
        return self.faults.denied(store.address, "/".join(folders.path_of(self.database, folder)))

    def _distinguished(self, element: Element) -> Folder:
        role = element.get("Id", "")
        kind = kind_of(role)
        address = xml.text_at(element, "t:Mailbox/t:EmailAddress").strip() or self.acting
        if kind == "public":
            address = PUBLIC_ADDRESS
        if kind is None:
            raise ResponseError("ErrorFolderNotFound")
        store = mailboxes.find(self.database, address, kind)
        if store is None and mailboxes.find(self.database, address) is None:
            raise ResponseError(
                "ErrorNoPublicFolderReplicaAvailable" if kind == "public" else "ErrorNonExistentMailbox"
            )
        folder = folders.by_role(self.database, store, role) if store else None
        if store is None or folder is None:
            raise ResponseError("ErrorFolderNotFound")
        self._allowed(store.id)
        return folder

    def _allowed(self, number: int) -> Store:
        store = mailboxes.by_id(self.database, number)
        if store is None:
            raise ResponseError("ErrorItemNotFound")
        mine = {address.lower() for address in (self.acting, PUBLIC_ADDRESS, *self._shared())}
        if store.address.lower() not in mine:
            raise ResponseError("ErrorAccessDenied")
        return store

    def _shared(self) -> tuple[str, ...]:
        """An impersonator sees what the impersonated one sees."""
        if not self.impersonated:
            return self.account.full_access
        others = (a for a in self.settings.accounts if (a.mailbox or "").lower() == self.impersonated.lower())
        return tuple(address for account in others for address in account.full_access)
