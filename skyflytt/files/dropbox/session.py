"""The connections that the dropbox package works over: TLS of ours, no proxy of this machine's user, no redirects."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter

POOL = 2


class _OneHost(HTTPAdapter):
    """Verifies as everything else here does, and sends what is meant for Dropbox's hosts to `url`, where one is given."""

    def __init__(self, context: ssl.SSLContext, url: str | None) -> None:
        self._context = context
        self._place = urlsplit(url) if url else None
        super().__init__(pool_connections=POOL, pool_maxsize=POOL)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, ssl_context=self._context, **more)

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """The context verifies; requests would add the authorities of its own package to it."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        if self._place is not None:
            meant = urlsplit(request.url or "")
            path = f"{self._place.path.rstrip('/')}{meant.path}"
            request.url = urlunsplit((self._place.scheme, self._place.netloc, path, meant.query, ""))
        return super().send(request, *args, **kwargs)


class Session(requests.Session):
    """What `dropbox.Dropbox(session=…)` takes."""

    def __init__(self, ca_file: Path | None, url: str | None) -> None:
        super().__init__()
        self.trust_env = False
        self.mount("https://", _OneHost(ssl.create_default_context(cafile=str(ca_file) if ca_file else None), url))

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        kwargs["allow_redirects"] = False
        return super().send(request, **kwargs)
