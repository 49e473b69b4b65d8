"""Asking Microsoft Graph: JSON, pages, batches; a busy service is waited for, a token that ran out is renewed once."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from skyflytt.errors.connection import CertificateNotTrusted, ServerBusy
from skyflytt.errors.graph import GraphAnswerWrong, TokenRefused
from skyflytt.graph.gate import Gate, wide_open
from skyflytt.graph.pace import Pace
from skyflytt.graph.redaction import keep_logs_clean
from skyflytt.graph.refusal import WAIT_S, Refused, parsed, refusal
from skyflytt.graph.settings import GraphSettings
from skyflytt.graph.sign_in import SignIn
from skyflytt.graph.unreachable import told
from skyflytt.patience import Patience

VERSION = "v1.0"
TIMEOUT_S = 100.0
IDEMPOTENT = ("GET", "PUT", "DELETE")
BATCH = 20
"""Requests in one $batch at most: https://learn.microsoft.com/graph/json-batching#batch-size-limitations."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of a batch: `path` as "/users/…", relative to the version."""

    path: str
    method: str = "GET"
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class GraphClient:
    """Safe for several threads, as httpx and msal are. Every method raises `Refused`, and failures of `.errors.graph` and `.connection`.

    `ServerBusy` when the service asked to wait longer or more often than `patience` allows.
    """

    def __init__(
        self, http: httpx.Client, sign_in: SignIn, graph_url: str, patience: Patience, gate: Gate = wide_open
    ) -> None:
        self._http = http
        self._sign_in = sign_in
        self._base = f"{graph_url}/{VERSION}"
        self._patience = patience
        self._pace = Pace(patience)
        self._gate = gate

    @property
    def signed_in_advance(self) -> httpx.Client:
        """For addresses that Graph signed itself (uploads, downloads): it sends no token, and such an address is never told to anybody."""
        return self._http

    @property
    def patience(self) -> Patience:
        return self._patience

    @property
    def host(self) -> str:
        return urlsplit(self._base).netloc

    def get(
        self, path: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        return self.object_of(path, self.request("GET", path, params=params, headers=headers))

    def post(self, path: str, body: Any, *, again: bool = False) -> dict[str, Any]:
        """An empty answer (202, 204) is an empty mapping. `again`: done twice it is as done once, so it may be sent again after any wait."""
        answer = self.request("POST", path, body=body, again=again)
        return self.object_of(path, answer) if answer.content else {}

    def patch(self, path: str, body: Any) -> dict[str, Any]:
        answer = self.request("PATCH", path, body=body)
        return self.object_of(path, answer) if answer.content else {}

    def delete(self, path: str) -> None:
        self.request("DELETE", path)

    def pages(
        self, path: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Iterator[dict[str, Any]]:
        """Every element of a collection, page by page (@odata.nextLink). A link to another host, or back, is `GraphAnswerWrong`."""
        at: str | None = path
        seen: set[str] = set()
        while at is not None:
            page = self.get(at, params, headers)
            yield from self.elements(path, page)
            at, params = page.get("@odata.nextLink"), None
            if at in seen:
                raise GraphAnswerWrong(path, "the pages go round in a circle")
            seen.add(str(at))

    def elements(self, path: str, page: Mapping[str, Any]) -> list[dict[str, Any]]:
        value = page.get("value")
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise GraphAnswerWrong(path, "the answer is no list of objects")
        return value

    def batch(self, asks: Sequence[Ask]) -> list[dict[str, Any] | Refused]:
        """The answers in the order of `asks`, each a body or its own refusal; what was too much is asked again after the wait."""
        answers: dict[int, dict[str, Any] | Refused] = {}
        left, attempt = list(range(len(asks))), 0
        while left:
            attempt += 1
            for begin in range(0, len(left), BATCH):
                answers |= self._batched(asks, left[begin : begin + BATCH])
            left = [index for index in left if isinstance(one := answers[index], Refused) and one.busy]
            if left:
                self._wait(max(_wait_of(answers[index]) for index in left), attempt, "$batch")
        return [answers[index] for index in range(len(asks))]

    def _batched(self, asks: Sequence[Ask], chosen: Sequence[int]) -> dict[int, dict[str, Any] | Refused]:
        reading = all(asks[index].method == "GET" for index in chosen)
        entries = {"requests": [_entry(str(index), asks[index]) for index in chosen]}
        answer = self.request("POST", "/$batch", body=entries, again=reading, requests=len(chosen))
        page = self.object_of("/$batch", answer)
        responses = page.get("responses")
        told_of = {str(one.get("id")): one for one in responses} if isinstance(responses, list) else {}
        if lost := [index for index in chosen if str(index) not in told_of]:
            raise GraphAnswerWrong("$batch", f"{len(lost)} of {len(chosen)} requests have no answer")
        return {index: _answer_of(told_of[str(index)]) for index in chosen}

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        content: bytes | None = None,
        again: bool | None = None,
        requests: int = 1,
    ) -> httpx.Response:
        """One answer below 400. `path` is "/…", or a link that Graph gave; `requests` is as how many it counts at the gate.

        What may have been carried out is sent again only if `again`; without it, for methods that RFC 9110 calls idempotent.
        """
        url = self._url(path)
        repeatable = method in IDEMPOTENT if again is None else again
        attempt, renewed = 0, False
        while True:
            attempt += 1
            token = self._sign_in.renew() if renewed and attempt == 2 else self._sign_in.token()
            sent = {"params": params, "json": body, "content": content}
            answer = self._sent(method, url, {**(headers or {}), "Authorization": f"Bearer {token}"}, requests, sent)
            if answer.status_code < 400:
                return answer
            refused = refusal(answer.status_code, answer.headers, parsed(answer.content))
            if refused.status == 401 and not renewed:
                renewed, attempt = True, 1
            elif refused.status == 401:
                raise TokenRefused(path.partition("?")[0], str(refused))
            elif refused.busy and (repeatable or refused.not_begun):
                self._wait(_wait_of(refused), attempt, path, refused)
            elif refused.busy:
                raise ServerBusy(f"{self.host} ({path.partition('?')[0]})", f"{refused}; it may have been carried out")
            else:
                raise refused

    def _sent(
        self, method: str, url: str, headers: Mapping[str, str], requests: int, sent: Mapping[str, Any]
    ) -> httpx.Response:
        self._pace.before(self.host)
        request = self._http.build_request(method, url, headers=dict(headers), **sent)
        with self._gate(requests, int(request.headers.get("Content-Length", "0"))), told(url):
            answer = self._http.send(request)
        self._pace.after(answer.headers)
        return answer

    def _wait(self, asked_s: float, attempt: int, what: str, refused: Refused | None = None) -> None:
        if not self._patience.waits(asked_s, attempt):
            said = str(refused) if refused else "parts of a batch are too much"
            raise ServerBusy(f"{self.host} ({what.partition('?')[0]})", said, retry_after_s=asked_s)
        self._patience.wait(self.host, asked_s)

    def object_of(self, path: str, answer: httpx.Response) -> dict[str, Any]:
        """The JSON object of an answer; raises `Refused` for an error that it tells with a status of success."""
        found = parsed(answer.content)
        if not isinstance(found, dict):
            raise GraphAnswerWrong(path.partition("?")[0], f"HTTP {answer.status_code} without a JSON object")
        if isinstance(found.get("error"), dict):
            raise refusal(answer.status_code, answer.headers, found)
        return found

    def _url(self, path: str) -> str:
        """The token goes to Graph's own host and to no other, whatever a link says."""
        if path.startswith("/"):
            return f"{self._base}{path}"
        ours, theirs = urlsplit(self._base), urlsplit(path)
        if (theirs.scheme, theirs.netloc) != (ours.scheme, ours.netloc):
            raise GraphAnswerWrong(ours.netloc, f"a link of its answer leads to another host ({theirs.netloc})")
        return path


@contextlib.contextmanager
def open_graph(
    settings: GraphSettings, secret: str, patience: Patience | None = None, gate: Gate = wide_open
) -> Iterator[GraphClient]:
    """A client for one tenant; it signs in when it first asks. Always over TLS, and redirects are not followed."""
    with open_sign_in(settings, secret) as (http, sign_in):
        yield GraphClient(http, sign_in, settings.graph_url, patience or Patience(), gate)


@contextlib.contextmanager
def open_sign_in(settings: GraphSettings, secret: str) -> Iterator[tuple[httpx.Client, SignIn]]:
    """The sign-in by itself, for a person who is to enter a code."""
    keep_logs_clean()
    try:
        context = ssl.create_default_context(cafile=str(settings.ca_file) if settings.ca_file else None)
    except (OSError, ssl.SSLError) as error:
        raise CertificateNotTrusted(
            settings.graph_url, f"ca_file {settings.ca_file} cannot be read: {error}"
        ) from error
    with httpx.Client(verify=context, timeout=TIMEOUT_S) as http:
        yield http, SignIn(settings, secret, http)


def _entry(number: str, ask: Ask) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": number, "method": ask.method, "url": ask.path}
    if ask.body is not None:
        entry |= {"body": ask.body, "headers": {"Content-Type": "application/json", **ask.headers}}
    elif ask.headers:
        entry["headers"] = dict(ask.headers)
    return entry


def _answer_of(response: Mapping[str, Any]) -> dict[str, Any] | Refused:
    status, body = response.get("status"), response.get("body")
    if not isinstance(status, int):
        return Refused(0, "", "an answer of the batch has no status")
    failed = status >= 400 or (isinstance(body, dict) and isinstance(body.get("error"), dict))
    if failed:
        return refusal(status, response.get("headers") or {}, body)
    return body if isinstance(body, dict) else {}


def _wait_of(refused: Any) -> float:
    asked = refused.retry_after_s if isinstance(refused, Refused) else None
    return WAIT_S if asked is None else asked
