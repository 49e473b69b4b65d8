"""A person allows the app, and the app gets a refresh token (PKCE, RFC 7636: no secret of the app is needed).

https://developers.dropbox.com/oauth-guide
"""

from __future__ import annotations

from typing import Any

import requests
from dropbox import DropboxOAuth2FlowNoRedirect

from skyflytt.errors.connection import PasswordRefused
from skyflytt.errors.dropbox import DropboxTeamWrong
from skyflytt.files.dropbox.connect import TIMEOUT_S, DropboxSettings, named
from skyflytt.files.dropbox.failures import failures
from skyflytt.files.dropbox.session import Session


class SignIn:
    """`address` is to be opened in a browser; `finish` takes the code that is shown there."""

    def __init__(self, server: DropboxSettings) -> None:
        self._server = server
        self._flow: Any = DropboxOAuth2FlowNoRedirect(
            server.app_key, use_pkce=True, token_access_type="offline", timeout=TIMEOUT_S
        )
        self._flow.requests_session = Session(server.ca_file, server.url)
        self.address: str = self._flow.start()

    def finish(self, code: str) -> str:
        """The refresh token. Raises `PasswordRefused` for another code, `DropboxTeamWrong` when somebody of another team signed in."""
        name = named(self._server)
        with failures("the sign-in", name):
            try:
                found = self._flow.finish(code.strip())
            except requests.HTTPError as error:
                status = error.response.status_code if error.response is not None else "no status"
                raise PasswordRefused(name, f"the code was not taken (HTTP {status}); it is good for once") from None
        team = str(found.account_id)
        if self._server.team is not None and team != self._server.team:
            raise DropboxTeamWrong(name, f"{team} instead of {self._server.team}")
        return str(found.refresh_token)
