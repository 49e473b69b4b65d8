"""pymap's login and session interfaces over `MailStore`."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final, cast

from imapclient import imap_utf7
from pymap.backend.session import BaseSession
from pymap.config import BackendCapability, IMAPConfig
from pymap.exceptions import AuthorizationFailure, InvalidAuth, NotAllowedError
from pymap.interfaces.login import IdentityInterface, LoginInterface
from pymap.parsing.message import AppendMessage
from pymap.parsing.response import specials as response_specials
from pymap.parsing.specials import mailbox as mailbox_specials
from pymap.selected import SelectedMailbox
from pymap.token import AllTokens
from pymap.user import UserMetadata
from pysasl.creds.server import ServerCredentials
from pysasl.identity import ClearIdentity

from skyflytt.deadline.clock import SystemClock
from skyflytt.sandbox.servers.imap_folders import FolderSet
from skyflytt.sandbox.servers.imap_messages import Message
from skyflytt.sandbox.servers.imap_store import MailStore


def correct_folder_names() -> None:
    """pymap 0.36 forgets to escape `&` after a non-ASCII character (RFC 3501 5.1.3): use imapclient's coding instead."""
    setattr(response_specials, "modutf7_encode", imap_utf7.encode)  # noqa: B010
    setattr(mailbox_specials, "modutf7_encode", imap_utf7.encode)  # noqa: B010


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
