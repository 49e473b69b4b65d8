"""Addresses that Graph signed in advance, for the bytes of files. Whoever has one needs no sign-in: none is told, logged or sent a token."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx

from skyflytt.errors.connection import ConnectionLost, ServerBusy
from skyflytt.errors.graph import GraphAnswerWrong
from skyflytt.graph import GraphClient
from skyflytt.graph.refusal import WAIT_S, Refused, parsed, refusal
from skyflytt.graph.unreachable import told

TIMEOUT_S = 300.0


class Presigned:
    """Requests to such addresses, with the patience of the client that they come from."""

    def __init__(self, client: GraphClient) -> None:
        self._client = client
        self._http = client.signed_in_advance

    @property
    def server(self) -> str:
        """For sentences: never the address itself, and Graph's name instead of the host behind it."""
        return self._client.host

    def ask(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, content: bytes = b""
    ) -> httpx.Response:
        """Any answer but a busy one, which is waited for; raises `ServerBusy` when that takes too long, and `ConnectionLost`."""
        return self._patiently(lambda: self._sent(method, url, headers or {}, content))

    def _sent(self, method: str, url: str, headers: Mapping[str, str], content: bytes) -> httpx.Response:
        with told(_host(url)):
            return self._http.request(method, _https(url), headers=dict(headers), content=content, timeout=TIMEOUT_S)

    @contextmanager
    def streaming(self, url: str, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """GET; the body is the caller's to take."""
        response = self._patiently(lambda: self._opened(url, headers))
        try:
            yield response
        finally:
            response.close()

    def _opened(self, url: str, headers: Mapping[str, str]) -> httpx.Response:
        with told(_host(url)):
            request = self._http.build_request(
                "GET", _https(url), headers={"Accept-Encoding": "identity", **headers}, timeout=TIMEOUT_S
            )
            return self._http.send(request, stream=True)

    def _patiently(self, send: Callable[[], httpx.Response]) -> httpx.Response:
        attempt = 0
        while True:
            attempt += 1
            answer = send()
            if answer.status_code not in (429, 503, 504):
                return answer
            answer.close()
            asked = refusal(answer.status_code, answer.headers, None).retry_after_s
            wait_s = WAIT_S if asked is None else asked
            patience = self._client.patience
            if not patience.waits(wait_s, attempt):
                raise ServerBusy(self.server, f"HTTP {answer.status_code} to the bytes of a file", retry_after_s=wait_s)
            patience.wait(self.server, wait_s)


def refused(answer: httpx.Response) -> Refused:
    """What an answer of 400 and more says."""
    return refusal(answer.status_code, answer.headers, parsed(answer.content))


def broken(server: str) -> ConnectionLost:
    return ConnectionLost(server, "the bytes of a file ended early")


def _https(url: str) -> str:
    if urlsplit(url).scheme != "https":
        raise GraphAnswerWrong("an address for the bytes of a file", "it is no https address")
    return url


def _host(url: str) -> str:
    """What failures may name of an address."""
    return f"https://{urlsplit(url).netloc}"
