"""A mailbox as exchangelib's services ask for it: whose it is, by which right it is opened, over which connections."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from exchangelib import DELEGATE, IMPERSONATION, Identity, Version
from exchangelib.configuration import Configuration
from exchangelib.protocol import CachingProtocol, Protocol
from exchangelib.version import EXCHANGE_2013_SP1

from skyflytt.mail.ews.answers import RaiseAtOnce
from skyflytt.mail.ews.credentials import credentials
from skyflytt.mail.ews.tls import VerifyingAdapter
from skyflytt.project.servers import EwsServer

logging.getLogger("exchangelib.util").setLevel(logging.CRITICAL)
"""The library logs a request that failed with all its content, which is somebody's mail."""
TIMEOUT_S = 120.0
FIRST_VERSION = Version(build=EXCHANGE_2013_SP1, api_version="Exchange2013_SP1")
"""What is asked first; an older server refuses it, and exchangelib goes on to its own."""


class _NotCached(CachingProtocol):  # type: ignore[misc]
    """The library keeps connections by address and password for as long as the process lives; ours end with the mailbox."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return type.__call__(self, *args, **kwargs)


class _Connections(Protocol, metaclass=_NotCached):  # type: ignore[misc]
    """A mailbox's own pool of connections."""

    def __init__(self, config: Configuration, tls: ssl.SSLContext, timeout_s: float) -> None:
        super().__init__(config=config)
        self.TIMEOUT = timeout_s
        self._tls = tls

    def raw_session(self, *args: Any, **kwargs: Any) -> requests.Session:
        session: requests.Session = super().raw_session(*args, **kwargs)
        for prefix in list(session.adapters):
            session.mount(prefix, VerifyingAdapter(self._tls, pool_connections=1, pool_maxsize=1, pool_block=True))
        return session


class EwsAccount:
    """`version` is the one that this mailbox's server answers with."""

    default_timezone = None
    affinity_cookie = None

    def __init__(self, protocol: Any, server: EwsServer, login: str) -> None:
        self.protocol = protocol
        self.primary_smtp_address = login
        self.identity = Identity(primary_smtp_address=login)
        impersonates = server.access == "impersonation"
        self.access_type = IMPERSONATION if impersonates else DELEGATE
        self.version = FIRST_VERSION


@contextmanager
def account(
    server: EwsServer, url: str, login: str, secret: str, *, tls: ssl.SSLContext, timeout_s: float
) -> Iterator[Any]:
    """The mailbox of `login` at the service `url`; nothing is sent yet."""
    shown, auth_type = credentials(server, login, secret)
    config = Configuration(
        credentials=shown,
        service_endpoint=url,
        auth_type=auth_type,
        version=FIRST_VERSION.copy(),
        retry_policy=RaiseAtOnce(),
        max_connections=server.connections,
    )
    protocol = _Connections(config, tls, timeout_s)
    try:
        yield EwsAccount(protocol, server, login)
    finally:
        protocol.close()
