"""pymap's backend interfaces over `MailStore`: logins, folders, messages."""

from __future__ import annotations

import asyncio
import re
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final, cast

from imapclient import imap_utf7
from pymap.backend.mailbox import MailboxDataInterface, MailboxSetInterface
from pymap.backend.session import BaseSession
from pymap.concurrent import Event
from pymap.config import BackendCapability, IMAPConfig
from pymap.exceptions import AuthorizationFailure, InvalidAuth, NotAllowedError
from pymap.flags import FlagOp
from pymap.interfaces.login import IdentityInterface, LoginInterface
from pymap.interfaces.message import CachedMessage, MessageInterface
from pymap.listtree import ListTree
from pymap.mailbox import MailboxSnapshot
from pymap.message import BaseLoadedMessage, BaseMessage
from pymap.mime import MessageContent
from pymap.parsing.message import AppendMessage
from pymap.parsing.response import specials as response_specials
from pymap.parsing.response.fetch import BodyStructure, EnvelopeStructure
from pymap.parsing.specials import FetchRequirement, ObjectId
from pymap.parsing.specials import mailbox as mailbox_specials
from pymap.parsing.specials.flag import Flag, Recent, Seen, Wildcard, get_system_flags
from pymap.selected import SelectedMailbox, SelectedSet
from pymap.token import AllTokens
from pymap.user import UserMetadata
from pysasl.creds.server import ServerCredentials
from pysasl.identity import ClearIdentity

from skyflytt.deadline.clock import Clock, SystemClock
from skyflytt.sandbox.servers.imap_store import FolderRow, MailStore, MessageRow

BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")


def correct_folder_names() -> None:
    """pymap 0.36 forgets to escape `&` after a non-ASCII character (RFC 3501 5.1.3): use imapclient's coding instead."""
    setattr(response_specials, "modutf7_encode", imap_utf7.encode)  # noqa: B010
    setattr(mailbox_specials, "modutf7_encode", imap_utf7.encode)  # noqa: B010


class LoadedMessage(BaseLoadedMessage):
    """A message with its bytes; parsed only when a part of it is asked for, and whole answers never go through the parser."""

    __slots__ = ["_raw"]

    def __init__(self, message: MessageInterface, requirement: FetchRequirement, raw: bytes | None) -> None:
        super().__init__(message, requirement, None)
        self._raw = raw

    @property
    def content(self) -> MessageContent:
        if self._content is None and self._raw is not None:
            self._content = MessageContent.parse(self._raw)
        return super().content

    def get_header(self, name: bytes) -> Sequence[str]:
        """SEARCH HEADER asks every message of a folder: parse the header block alone."""
        if self._content is None and self._raw is not None:
            end = BLANK_LINE.search(self._raw)
            head = self._raw[: end.end()] if end else self._raw
            return LoadedMessage(self._message, self._requirement, head)._header(name)
        return self._header(name)

    def _header(self, name: bytes) -> Sequence[str]:
        return super().get_header(name)

    def get_body(self, section: Sequence[int] | None = None, binary: bool = False) -> Any:
        if not section and self._raw is not None:
            return MessageContent.wrap(self._raw)
        return super().get_body(section, binary)

    def get_size(self, section: Sequence[int] | None = None) -> int:
        return len(self._raw) if not section and self._raw is not None else super().get_size(section)

    def get_envelope_structure(self) -> EnvelopeStructure:
        """pymap reads header fields when the answer is written, and ends the session at a malformed one: read them here."""
        try:
            structure = super().get_envelope_structure()
            bytes(structure)
        except Exception:
            return EnvelopeStructure.empty()
        return structure

    def get_body_structure(self) -> BodyStructure:
        try:
            structure = super().get_body_structure()
            bytes(structure)
        except Exception:
            return BodyStructure.empty()
        return structure


class Message(BaseMessage):
    __slots__ = ["_folder_id", "_store"]

    def __init__(self, row: MessageRow, store: MailStore, folder_id: int, *, expunged: bool = False) -> None:
        flags = [Flag(flag) for flag in row.flags]
        email_id = ObjectId(row.email_id.encode())
        super().__init__(row.uid, row.received, flags, email_id=email_id, expunged=expunged)
        self._store = store
        self._folder_id = folder_id

    async def load_content(self, requirement: FetchRequirement) -> LoadedMessage:
        try:
            raw = self._store.raw(self._folder_id, self.uid)
        except KeyError:
            return LoadedMessage(self, requirement, None)
        return LoadedMessage(self, requirement, raw)


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


class Session(BaseSession[Message]):
    def __init__(self, owner: str, provider: Provider, folders: FolderSet) -> None:
        super().__init__(owner)
        self._provider = provider
        self._folders = folders

    @property
    def config(self) -> IMAPConfig:
        return self._provider.config

    @property
    def mailbox_set(self) -> Any:
        return self._folders

    async def append_messages(
        self, name: str, messages: Sequence[AppendMessage], selected: SelectedMailbox | None = None
    ) -> Any:
        """All messages of one APPEND or none (RFC 3502)."""
        self._provider.store.begin()
        try:
            answer = await super().append_messages(name, messages, selected)
        except BaseException:
            self._provider.store.rollback()
            self._folders.forget_lists()
            raise
        self._provider.store.commit()
        return answer


class Identity(IdentityInterface):
    def __init__(self, provider: Provider, name: str) -> None:
        self._provider = provider
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    @property
    def roles(self) -> frozenset[str]:
        return frozenset()

    @asynccontextmanager
    async def new_session(self) -> AsyncIterator[Session]:
        yield Session(self._name, self._provider, self._provider.folders_of(self._name))

    async def new_token(self, *, expiration: datetime | None = None) -> str | None:  # noqa: ARG002
        return None

    async def get(self) -> UserMetadata:
        return UserMetadata(self._provider.config, self._name)

    async def set(self, metadata: UserMetadata) -> int | None:  # noqa: ARG002
        raise NotAllowedError("Accounts are made by the sandbox.")

    async def delete(self) -> None:
        raise NotAllowedError("Accounts are made by the sandbox.")


class Provider(LoginInterface):
    """All logins of one mail server; `secrets` maps login to password."""

    def __init__(self, config: Config, store: MailStore, secrets: Mapping[str, str]) -> None:
        self.config: Final = config
        self.store: Final = store
        self._secrets = secrets
        self._tokens = AllTokens(config)
        self._folders: dict[str, FolderSet] = {}

    @property
    def tokens(self) -> AllTokens:
        return self._tokens

    def folders_of(self, login: str) -> FolderSet:
        if login not in self._folders:
            self._folders[login] = FolderSet(self.store, login, SystemClock())
        return self._folders[login]

    async def authenticate(self, credentials: ServerCredentials) -> Identity:
        expected = self._secrets.get(credentials.authcid)
        if expected is None or not credentials.verify(ClearIdentity(credentials.authcid, expected)):
            await asyncio.sleep(self.config.invalid_user_sleep)
            raise InvalidAuth()
        return Identity(self, credentials.authcid)

    async def authorize(self, authenticated: IdentityInterface, authzid: str) -> Identity:
        if authzid != authenticated.name:
            raise AuthorizationFailure()
        return cast(Identity, authenticated)


class Config(IMAPConfig):
    @property
    def backend_capability(self) -> BackendCapability:
        return BackendCapability(idle=True, object_id=True, multi_append=True)

    @property
    def greeting(self) -> bytes:
        return b"Mail server ready"


def arguments_for_pymap() -> Namespace:
    """What pymap's configuration reads from its own command line."""
    parser = ArgumentParser()
    parser.set_defaults(passlib_cfg=None, proxy_protocol=None)
    return parser.parse_args([])
