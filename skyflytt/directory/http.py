"""Asking a provider's REST interface: signed in, patient where it asks for patience, with every refusal as a failure of ours."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import sleep
from typing import Any

import httpx

from skyflytt.deadline.clock import Clock
from skyflytt.errors.base import Failure
from skyflytt.errors.directory import DirectoryAnswerWrong, DirectoryBusy, DirectoryRefused, DirectoryUnreachable

TIMEOUT_S = 60.0
TRIES = 6
LONGEST_WAIT_S = 120.0
"""What is waited for here; a provider that asks for more is left alone, and the failure says for how long."""
WITHOUT_WORD_S = 2.0
"""The first wait where the provider names no time; doubled each time."""
ASKS_TO_WAIT = frozenset({423, 429})
PASSING = frozenset({500, 502, 503, 504})
WORDS_LIMIT = 300

Wait = Callable[[float], None]


class Requests:
    """One provider's interface, below `url`, signed in with a bearer token (RFC 6750).

    Asks to wait (429, 423 and 503 with Retry-After, RFC 9110 section 10.2.3) are obeyed up to `TRIES` times, then `DirectoryBusy`
    says how long is left. Everything that is asked may be asked again: what changes something has to be of that kind.
    """

    def __init__(
        self,
        url: str,
        token: str,
        item: str,
        *,
        clock: Clock,
        ca_file: Path | None = None,
        wait: Wait = sleep,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
        # Neither a proxy nor a .netrc of this machine's user takes part, and the token goes to no other host.
        self._http = httpx.Client(
            verify=context,
            trust_env=False,
            follow_redirects=False,
            timeout=TIMEOUT_S,
            headers={"Authorization": f"Bearer {token}", "User-Agent": "skyflytt", "Accept": "application/json"},
        )
        self._url = httpx.URL(url.rstrip("/") + "/")
        self._item, self._clock, self._wait, self._tell = item, clock, wait, tell

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Any = None,
        may: frozenset[int] = frozenset(),
    ) -> httpx.Response:
        """The answer, if it says success or one of the statuses in `may`. `path` may be a whole address at the same host.

        Raises `DirectoryRefused` (401, 403), `DirectoryBusy`, `DirectoryUnreachable`, `DirectoryAnswerWrong`.
        """
        address = self._below(path)
        for number in range(1, TRIES + 1):
            answer = self._sent(method, address, query, body)
            waits = self._asks_to_wait(answer, number)
            if waits is None:
                break
            if number == TRIES or waits > LONGEST_WAIT_S:
                raise DirectoryBusy(self._item, self._words(answer), retry_after_s=waits)
            self._tell(f"{self._item} asks us to wait {waits:.0f} s")
            self._wait(waits)
        if answer.is_success or answer.status_code in may:
            return answer
        raise self._failure(answer)

    def json(self, answer: httpx.Response) -> dict[str, Any]:
        """The answer's object. Raises `DirectoryAnswerWrong` for anything else, and for an error inside of a success."""
        try:
            told = answer.json()
        except ValueError:
            raise DirectoryAnswerWrong(self._item, f"no JSON came from {answer.request.url.path}") from None
        if not isinstance(told, dict):
            raise DirectoryAnswerWrong(self._item, f"{answer.request.url.path} gave no object")
        if told.get("errors") or told.get("error"):
            raise DirectoryAnswerWrong(self._item, f"status {answer.status_code}, but: {self._words(answer)}")
        return told

    def words(self, answer: httpx.Response) -> str:
        """What the provider says in an answer that is no success, for a person."""
        return self._words(answer)

    def close(self) -> None:
        self._http.close()

    def _below(self, path: str) -> httpx.URL:
        address = (
            self._url.join(path) if "://" in path else self._url.copy_with(raw_path=self._url.raw_path + path.encode())
        )
        if (address.scheme, address.host, address.port) != (self._url.scheme, self._url.host, self._url.port):
            raise DirectoryAnswerWrong(self._item, f"its next page would be at another host, {address.host}")
        return address

    def _sent(
        self, method: str, address: httpx.URL, query: Mapping[str, str | int] | None, body: Any
    ) -> httpx.Response:
        try:
            return self._http.request(method, address, params=query or None, json=body)
        except httpx.TransportError as error:
            raise DirectoryUnreachable(self._item, f"{type(error).__name__}: {error}") from error

    def _asks_to_wait(self, answer: httpx.Response, number: int) -> float | None:
        """Seconds, where the same request is to be sent again."""
        if answer.status_code not in ASKS_TO_WAIT | PASSING:
            return None
        named = self._retry_after(answer.headers.get("Retry-After", ""))
        return WITHOUT_WORD_S * 2 ** (number - 1) if named is None else named

    def _retry_after(self, text: str) -> float | None:
        if text.strip().isdigit():
            return float(text)
        try:
            at = parsedate_to_datetime(text)
        except ValueError:
            return None
        return max(0.0, (at - self._clock.now()).total_seconds()) if at.tzinfo else None

    def _failure(self, answer: httpx.Response) -> Failure:
        kind = DirectoryRefused if answer.status_code in (401, 403) else DirectoryAnswerWrong
        return kind(self._item, f"status {answer.status_code}: {self._words(answer)}")

    def _words(self, answer: httpx.Response) -> str:
        try:
            told = answer.json()
        except ValueError:
            return answer.reason_phrase or "no words"
        return (_said(told) or answer.reason_phrase or "no words")[:WORDS_LIMIT]


def _said(told: Any) -> str:
    """The sentences of an error, and the number by which the provider finds it."""
    if not isinstance(told, dict):
        return ""
    found = [str(told[name]) for name in ("message", "error_description") if told.get(name)]
    inner = told.get("error")
    found += [_said(inner)] if isinstance(inner, dict) else [str(inner)] if inner else []
    for one in told.get("errors") or ():
        if isinstance(one, dict):
            found.append(": ".join(str(one[name]) for name in ("errorCode", "description") if one.get(name)))
    if told.get("trackingId"):
        found.append(f"trackingId {told['trackingId']}")
    return "; ".join(dict.fromkeys(part for part in found if part))
