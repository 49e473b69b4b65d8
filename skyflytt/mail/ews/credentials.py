"""How an account signs in: by password (Basic, NTLM), by an application's secret, or by a token that somebody else fetched."""

from __future__ import annotations

import binascii
import struct
from typing import Any

from exchangelib import BASIC, NTLM, OAUTH2, Credentials, OAuth2AuthorizationCodeCredentials, OAuth2Credentials
from spnego.exceptions import SpnegoError

from skyflytt.project.servers import EwsServer

NTLM_BROKEN = (PermissionError, SpnegoError, KeyError, struct.error, binascii.Error)
"""What the library raises where a server does not answer an NTLM message with one that can be read."""
EXCHANGE_ONLINE = "https://outlook.office365.com/.default"


class _Application(OAuth2Credentials):  # type: ignore[misc]
    """An application at the token service of the settings; the library knows Microsoft's only."""

    def __init__(self, server: EwsServer, secret: str) -> None:
        super().__init__(client_id=server.client_id, client_secret=secret)
        self._server = server

    @property
    def token_url(self) -> str:
        return self._server.token_url or ""

    @property
    def scope(self) -> list[str]:
        return [self._server.token_scope or EXCHANGE_ONLINE]

    def __hash__(self) -> int:
        return hash((self.client_id, self.token_url))

    def __eq__(self, other: object) -> bool:
        return self is other


def credentials(server: EwsServer, login: str, secret: str) -> tuple[Any, str]:
    """exchangelib's credentials and its name of how they are shown to the server."""
    if server.auth == "oauth":
        if server.client_id is not None:
            return _Application(server, secret), OAUTH2
        return OAuth2AuthorizationCodeCredentials(access_token={"access_token": secret, "token_type": "Bearer"}), OAUTH2
    return Credentials(server.user or login, secret), NTLM if server.auth == "ntlm" else BASIC


def name_for(auth_type: str, shown: Any) -> str:
    """The account as NTLM wants it: an address stands after a domain that is empty, or it would be taken apart."""
    address = auth_type == NTLM and shown.type == shown.EMAIL
    return f"\\{shown.username}" if address else str(shown.username)
