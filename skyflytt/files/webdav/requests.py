"""The requests of WebDAV, one function each, over one pool of connections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from skyflytt.errors.base import Failure
from skyflytt.errors.files import PathRefused
from skyflytt.files.webdav.address import Address, parts_of
from skyflytt.files.webdav.failures import failures, status_failure
from skyflytt.files.webdav.multistatus import Answered, Multistatus
from skyflytt.files.webdav.properties import asking_for

IDEMPOTENT = ("GET", "OPTIONS", "PROPFIND", "PROPPATCH", "PUT", "DELETE")
LARGEST_REPEATED = 8 << 20
WORKING = ("PUT", "MOVE", "DELETE", "PATCH")
"""Before these are answered, a server may have large files to put together, copy or digest."""
TIMEOUT_S = 60
WORKING_S = 300
LONGEST_BODY = 1 << 16
"""How much of an answer is read that is not streamed."""
XML = {"Content-Type": 'application/xml; charset="utf-8"'}

Content = bytes | Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300


class Requests:
    """`path` is that of the store; `server` is host and port, for sentences."""

    def __init__(self, http: httpx.Client, address: Address, server: str) -> None:
        self._http = http
        self.address = address
        self.server = server

    def item(self, path: str) -> str:
        """What failures call a path: the root has none of its own."""
        return path or f"/{self.address.root}"

    def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        content: Content = b"",
        *,
        folder: bool = False,
    ) -> Answer:
        """The answer of any status but 401, which raises `PasswordRefused`, and a redirect, which raises `PathRefused`.

        A 207 that says that it failed for something (section 9.6.1) raises what that means: Apache answers so even to a PUT.
        """
        with failures(self.server):
            response = self._open(method, path, headers or {}, content, folder=folder)
            try:
                answer = Answer(response.status_code, response.headers, _beginning(response))
            finally:
                _close(response)
        if answer.status == 401:
            raise self.failure(path, answer)
        if answer.status == 207:
            self._check_inside(path, answer)
        return answer

    def do(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        content: Content = b"",
        *,
        folder: bool = False,
    ) -> Answer:
        """As `ask`; what is no success raises."""
        answer = self.ask(method, path, headers, content, folder=folder)
        if not answer.good:
            raise self.failure(path, answer)
        return answer

    def _check_inside(self, path: str, answer: Answer) -> None:
        found = Multistatus(self.item(path)).feed(answer.body, last=True)
        codes = {code for each in found for code in (each.status, *each.refused.values()) if code >= 300}
        if codes:
            # 424 only says that something else failed.
            worst = min(codes - {424} or codes)
            raise status_failure(self.item(path), self.server, worst, answer.headers, answer.body)

    def failure(self, path: str, answer: Answer) -> Failure:
        return status_failure(self.item(path), self.server, answer.status, answer.headers, answer.body)

    def refusal(self, path: str, response: httpx.Response) -> Failure:
        """What an answer means whose body was not taken."""
        with failures(self.server):
            return self.failure(path, Answer(response.status_code, response.headers, _beginning(response)))

    @contextmanager
    def streaming(self, path: str, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """GET; the body is the caller's to take, within `failures`. What is given up closes its connection."""
        with failures(self.server):
            response = self._open("GET", path, headers, b"")
        try:
            yield response
        finally:
            _close(response)

    def properties(self, path: str, *names: str, folder: bool = False) -> Answered:
        """Of the entry itself; raises `PathMissing` where there is none."""
        found = None
        for answered in self.listing(path, "0", *names, folder=folder):
            # Taken to its end, or the connection could not be used again.
            found = found or answered
        if found is None:
            raise PathRefused(self.item(path), "the server answers a PROPFIND with nothing")
        if found.status >= 300:
            raise status_failure(self.item(path), self.server, found.status, {})
        return found

    def listing(self, path: str, depth: str, *names: str, folder: bool = False) -> Iterator[Answered]:
        """PROPFIND, each response as it arrives."""
        headers = {"Depth": depth, **XML}
        parser = Multistatus(self.item(path))
        with failures(self.server):
            response = self._open("PROPFIND", path, headers, asking_for(*names), folder=folder)
        try:
            if response.status_code != 207:
                raise self._no_listing(path, response)
            pieces = response.iter_raw()
            while True:
                with failures(self.server):
                    piece = next(pieces, None)
                yield from parser.feed(piece or b"", last=piece is None)
                if piece is None:
                    return
        finally:
            _close(response)

    def _no_listing(self, path: str, response: httpx.Response) -> Failure:
        if response.status_code in (200, 405, 501):
            return PathRefused(
                self.item(path), f"HTTP {response.status_code} to PROPFIND: the server does not offer WebDAV there"
            )
        return self.refusal(path, response)

    def _open(
        self, method: str, path: str, headers: Mapping[str, str], content: Content, *, folder: bool = False
    ) -> httpx.Response:
        """The only redirect that is followed adds the slash of a folder, and is followed at the host that was verified."""
        url = self.address.url(path, folder=folder)
        response = self._sent(method, url, headers, content)
        if not response.is_redirect:
            return response
        _close(response)
        to = response.headers.get("location", "")
        if not self._adds_slash(url, to):
            raise PathRefused(
                self.item(path), f"the server sends on to {to[:200]}, which is not followed; name that place itself"
            )
        if method == "GET":
            raise PathRefused(self.item(path), "it is a folder")
        response = self._sent(method, f"{url}/", headers, content)
        if response.is_redirect:
            _close(response)
            raise PathRefused(self.item(path), "the server sends on to the same place again and again")
        return response

    def _adds_slash(self, url: str, to: str) -> bool:
        try:
            asked, target = httpx.URL(url), httpx.URL(url).join(to)
        except httpx.InvalidURL:
            return False
        if url.endswith("/") or target.host != asked.host:
            return False
        return target.path.endswith("/") and parts_of(target.raw_path.decode()) == parts_of(asked.raw_path.decode())

    def _sent(self, method: str, url: str, headers: Mapping[str, str], content: Content) -> httpx.Response:
        """A server may close a connection that was idle just when the next request comes: what may be repeated is, once."""
        timeout = httpx.Timeout(TIMEOUT_S, read=WORKING_S if method in WORKING else TIMEOUT_S)
        request = self._http.build_request(method, url, headers=dict(headers), content=content, timeout=timeout)
        try:
            return self._http.send(request, stream=True)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            if method not in IDEMPOTENT or int(headers.get("Content-Length", "0")) > LARGEST_REPEATED:
                raise
            return self._http.send(request, stream=True)


def _beginning(response: httpx.Response) -> bytes:
    """All of a short body; a long one is not waited for."""
    pieces, length = [], 0
    for piece in response.iter_raw():
        pieces.append(piece)
        length += len(piece)
        if length >= LONGEST_BODY:
            break
    return b"".join(pieces)


def _close(response: httpx.Response) -> None:
    """httpx's answer and its stream hold one another, and would pile up in a long scan until the collector comes by."""
    response.close()
    response.stream = httpx.ByteStream(b"")
