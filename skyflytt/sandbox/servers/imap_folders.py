"""pymap's folder interfaces over `MailStore`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from pymap.backend.mailbox import MailboxDataInterface, MailboxSetInterface
from pymap.concurrent import Event
from pymap.exceptions import NotAllowedError
from pymap.flags import FlagOp
from pymap.interfaces.message import CachedMessage
from pymap.listtree import ListTree
from pymap.mailbox import MailboxSnapshot
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import ObjectId
from pymap.parsing.specials.flag import Flag, Recent, Seen, Wildcard, get_system_flags
from pymap.selected import SelectedMailbox, SelectedSet

from skyflytt.deadline.clock import Clock
from skyflytt.sandbox.servers.imap_messages import Message
from skyflytt.sandbox.servers.imap_store import FolderRow, MailStore, MessageRow


class Snapshot(MailboxSnapshot):
    __slots__ = ()

    @property
    def flags(self) -> frozenset[Flag]:
        """`\\*` belongs to PERMANENTFLAGS alone (RFC 3501 7.2.6)."""
        return super().flags - {Wildcard}


class Folder(MailboxDataInterface[Message]):
    """One folder; kept for as long as the server runs, so that all sessions share its list of messages."""

    def __init__(self, store: MailStore, row: FolderRow, clock: Clock) -> None:
        self._store: Final = store
        self._clock: Final = clock
        self.row = row
        self._selected_set = SelectedSet()
        self._listed: list[Message] | None = None
        self._recent: set[int] = set()

    @property
    def mailbox_id(self) -> ObjectId:
        return ObjectId(b"F%032x" % self.row.uid_validity)

    @property
    def readonly(self) -> bool:
        return False

    @property
    def uid_validity(self) -> int:
        return self.row.uid_validity

    @property
    def permanent_flags(self) -> frozenset[Flag]:
        in_use = {flag for message in self._list() for flag in message.permanent_flags}
        return frozenset((get_system_flags() | in_use | {Wildcard}) - {Recent})

    @property
    def selected_set(self) -> SelectedSet:
        return self._selected_set

    def _list(self) -> list[Message]:
        if self._listed is None:
            self._listed = [Message(row, self._store, self.row.id) for row in self._store.messages(self.row.id)]
        return self._listed

    def forget_list(self) -> None:
        self._listed = None
        self._recent.clear()

    async def update_selected(self, selected: SelectedMailbox, *, wait_on: Event | None = None) -> SelectedMailbox:
        if wait_on is not None:
            await wait_on.wait(timeout=1.0)
        selected.set_messages(self._list())
        return selected

    def _insert(self, raw: bytes, flags: Iterable[str], received: datetime, recent: bool) -> Message:
        row = self._store.append(self.row.id, raw, flags, received)
        message = Message(row, self._store, self.row.id)
        if self._listed is not None:
            self._listed.append(message)
        if recent:
            self._recent.add(row.uid)
        return message

    async def append(self, append_msg: AppendMessage, *, recent: bool = False) -> Message:
        flags = [str(flag) for flag in append_msg.flag_set if flag not in (Recent, Wildcard)]
        return self._insert(append_msg.literal, flags, append_msg.when or self._clock.now(), recent)

    def _copy(self, uid: int, destination: Folder, recent: bool) -> int | None:
        try:
            row, raw = self._store.message(self.row.id, uid), self._store.raw(self.row.id, uid)
        except KeyError:
            return None
        return destination._insert(raw, row.flags, row.received, recent).uid

    async def copy(self, uid: int, destination: Folder, *, recent: bool = False) -> int | None:
        return self._copy(uid, destination, recent)

    async def move(self, uid: int, destination: Folder, *, recent: bool = False) -> int | None:
        self._store.begin()
        new_uid = self._copy(uid, destination, recent)
        self._store.delete(self.row.id, [uid])
        self._store.commit()
        self._listed = None
        return new_uid

    async def get(self, uid: int, cached_msg: CachedMessage) -> Message:
        try:
            return Message(self._store.message(self.row.id, uid), self._store, self.row.id)
        except KeyError:
            gone = MessageRow(uid, frozenset(), cached_msg.internal_date, str(cached_msg.email_id))
            return Message(gone, self._store, self.row.id, expunged=True)

    async def update(self, uid: int, cached_msg: CachedMessage, flag_set: frozenset[Flag], mode: FlagOp) -> Message:
        message = await self.get(uid, cached_msg)
        if not message.expunged:
            flags = mode.apply(message.permanent_flags, flag_set)
            self._store.set_flags(self.row.id, uid, [str(flag) for flag in flags if flag not in (Recent, Wildcard)])
            self._listed = None
        return await self.get(uid, cached_msg)

    async def delete(self, uids: Iterable[int]) -> None:
        self._store.begin()
        self._store.delete(self.row.id, uids)
        self._store.commit()
        self._listed = None

    async def claim_recent(self, selected: SelectedMailbox) -> None:
        for uid in self._recent:
            selected.session_flags.add_recent(uid)
        self._recent.clear()

    async def cleanup(self) -> None:
        """Nothing is left lying about."""

    async def snapshot(self) -> MailboxSnapshot:
        messages = self._list()
        unseen = [number for number, message in enumerate(messages, 1) if Seen not in message.permanent_flags]
        return Snapshot(
            self.mailbox_id, self.readonly, self.uid_validity, self.permanent_flags, self.session_flags,
            len(messages), len(self._recent), len(unseen), unseen[0] if unseen else None, self.row.uid_next,
        )  # fmt: skip


class FolderSet(MailboxSetInterface[Folder]):
    """The folders of one login; INBOX is always there."""

    def __init__(self, store: MailStore, login: str, clock: Clock) -> None:
        self._store = store
        self._login = login
        self._clock = clock
        self._open: dict[int, Folder] = {}
        if not any(row.name == "INBOX" for row in store.folders(login)):
            store.add_folder(login, "INBOX")

    def forget_lists(self) -> None:
        """After a rollback: what the folders remember of their messages is no longer so."""
        for folder in self._open.values():
            folder.forget_list()

    @property
    def delimiter(self) -> str:
        return "/"

    def _tree(self, subscribed_only: bool) -> ListTree:
        rows = self._store.folders(self._login)
        return ListTree("/").update("INBOX", *(row.name for row in rows if row.subscribed or not subscribed_only))

    async def set_subscribed(self, name: str, subscribed: bool) -> None:
        self._store.subscribe(self._login, name, subscribed)

    async def list_subscribed(self) -> ListTree:
        return self._tree(subscribed_only=True)

    async def list_mailboxes(self) -> ListTree:
        return self._tree(subscribed_only=False)

    async def get_mailbox(self, name: str) -> Folder:
        row = self._store.folder(self._login, name)
        folder = self._open.setdefault(row.id, Folder(self._store, row, self._clock))
        folder.row = row
        return folder

    async def add_mailbox(self, name: str) -> ObjectId:
        row = self._store.add_folder(self._login, name.rstrip("/"))
        return (await self.get_mailbox(row.name)).mailbox_id

    async def delete_mailbox(self, name: str) -> None:
        row = self._store.folder(self._login, name)
        self._store.delete_folder(self._login, name)
        self._open.pop(row.id, None)

    async def rename_mailbox(self, before: str, after: str) -> None:
        if before == "INBOX":
            raise NotAllowedError("INBOX cannot be renamed here.")
        self._store.rename_folder(self._login, before, after)
