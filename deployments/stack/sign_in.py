"""How this machine's commands sign in to the server's API: the user's name and password, and the token against forged requests."""

from __future__ import annotations

import uuid
from collections.abc import Generator

import httpx

CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
TOKENS = "/api/csrf-token"


class SignedIn(httpx.Auth):
    """Basic authentication; before the first change it asks for a token, and once more when the server has forgotten it."""

    requires_response_body = True

    def __init__(self, auth_string: str) -> None:
        user, _, password = auth_string.partition(":")
        self._basic = httpx.BasicAuth(user, password)
        self._client, self._token = str(uuid.uuid4()), ""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if request.method not in CHANGING:
            yield self._signed(request)
            return
        if not self._token:
            yield from self._ask(request)
        response = yield self._signed(request)
        if response.status_code == httpx.codes.FORBIDDEN:
            yield from self._ask(request)
            yield self._signed(request)

    def _ask(self, before: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        address = before.url.copy_with(path=TOKENS, query=f"client={self._client}".encode())
        answer = yield self._signed(httpx.Request("GET", address))
        # A server without this protection says 422; the changes then need no token.
        self._token = str(answer.json()["token"]) if answer.is_success else ""

    def _signed(self, request: httpx.Request) -> httpx.Request:
        if self._token and request.method in CHANGING:
            request.headers["Prefect-Csrf-Token"] = self._token
            request.headers["Prefect-Csrf-Client"] = self._client
        return next(self._basic.auth_flow(request))
