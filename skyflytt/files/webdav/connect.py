"""Reaching a WebDAV server: always TLS, and a secret that is tried once."""

from __future__ import annotations

import ssl
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Protocol

import httpx

from skyflytt.files.webdav.address import Address, origin_of
from skyflytt.files.webdav.requests import Requests


class WebdavSettings(Protocol):
    """`skyflytt.project.servers.WebdavServer`."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def root(self) -> str: ...
    @property
    def auth(self) -> Literal["basic", "digest", "bearer"]: ...
    @property
    def user(self) -> str | None: ...
    @property
    def times(self) -> Literal["auto", "owncloud", "win32", "none"]: ...
    @property
    def ca_file(self) -> Path | None: ...


class Digest(httpx.DigestAuth):
    """Names are in UTF-8 (RFC 7616, section 3.4), which httpx only allows where it is told."""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers.encoding = "utf-8"
        yield from super().auth_flow(request)


class Bearer(httpx.Auth):
    """A token (RFC 6750, section 2.1)."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


@contextmanager
def connected(server: WebdavSettings, secret: str) -> Iterator[Requests]:
    """Nothing is sent before the first request, which carries the sign-in (with Digest: once the server has given its nonce)."""
    context = ssl.create_default_context(cafile=str(server.ca_file) if server.ca_file else None)
    with httpx.Client(
        verify=context,
        auth=_auth(server, secret),
        follow_redirects=False,
        # Neither a proxy nor a .netrc of this machine's user takes part.
        trust_env=False,
        headers={"User-Agent": "skyflytt", "Accept-Encoding": "identity"},
    ) as http:
        address = Address(origin_of(server.host, server.port), server.root.strip("/"))
        yield Requests(http, address, f"{server.host}:{server.port}")


def _auth(server: WebdavSettings, secret: str) -> httpx.Auth:
    if server.auth == "bearer":
        return Bearer(secret)
    kind = Digest if server.auth == "digest" else httpx.BasicAuth
    return kind(server.user or "", secret)
