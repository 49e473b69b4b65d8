"""Calls to Loopia. A failure is a fault, a status in place of the answer, or a list whose only entry is a status."""

from __future__ import annotations

import ssl
import xmlrpc.client
from dataclasses import dataclass, field
from typing import Any
from xml.parsers.expat import ExpatError

import httpx

from skyflytt.dns.hosts.pace import Pace
from skyflytt.errors.base import Failure
from skyflytt.errors.dns import ChangeRefused, HostBusy, HostUnreachable, ZoneNotFound, ZoneRefused

TIMEOUT_S = 60.0
WINDOW_S = 60.0
"""A limited call may be made again when the oldest of the last minute is a minute old; the answer does not say when."""
STATUSES = {
    "OK", "AUTH_ERROR", "RATE_LIMITED", "BAD_INDATA", "UNKNOWN_ERROR", "DOMAIN_OCCUPIED", "INSUFFICIENT_FUNDS",
}  # fmt: skip
SIGN_IN = {"AUTH_ERROR", "401", "639"}
LIMITED = {"RATE_LIMITED", "429"}
UNKNOWN = {"UNKNOWN_ERROR", "404"}


@dataclass(frozen=True, slots=True)
class Account:
    """Who calls where. `customer` is a reseller's customer's number."""

    url: str
    user: str
    password: str = field(repr=False)
    customer: str | None = None

    @property
    def arguments(self) -> tuple[str, ...]:
        """What every method takes first."""
        return (self.user, self.password, *([self.customer] if self.customer else []))


class Calls:
    """As one API user, at one pace. Name and password are in the body of each request, never in an address."""

    def __init__(self, origin: str, account: Account, ca_file: str | None, pace: Pace) -> None:
        self._origin = origin
        self._account = account
        self._pace = pace
        self._http = httpx.Client(verify=ssl.create_default_context(cafile=ca_file), timeout=TIMEOUT_S)

    def listed(self, method: str, *arguments: Any) -> list[Any]:
        """The answer of a method that gives a list."""
        answer = self._pace.call(lambda: self._checked(method, arguments))
        if not isinstance(answer, list):
            raise HostUnreachable(self._origin, f"{method}: it answers with something else than a list")
        return answer

    def done(self, method: str, *arguments: Any) -> None:
        """A method that says OK. That it did what it says, only looking shows."""
        answer = self._pace.call(lambda: self._checked(method, arguments))
        if answer != "OK":
            raise ChangeRefused(self._origin, f"{method}: {self._plain(answer)}")

    def close(self) -> None:
        self._http.close()

    def _checked(self, method: str, arguments: tuple[Any, ...]) -> Any:
        try:
            answer = self._answer(method, arguments)
        except xmlrpc.client.Fault as fault:
            raise self._failure(method, str(fault.faultCode), fault.faultString) from None
        status = answer[0] if isinstance(answer, list) and len(answer) == 1 else answer
        if isinstance(status, str) and status in STATUSES - {"OK"}:
            raise self._failure(method, status, "")
        return answer

    def _answer(self, method: str, arguments: tuple[Any, ...]) -> Any:
        body = xmlrpc.client.dumps((*self._account.arguments, *arguments), method, encoding="utf-8").encode()
        try:
            reply = self._http.post(self._account.url, content=body, headers={"Content-Type": "text/xml"})
        except (httpx.HTTPError, OSError) as error:
            raise HostUnreachable(self._origin, f"{method}: {error or type(error).__name__}") from error
        if reply.status_code == 429:
            raise self._failure(method, "429", "")
        if reply.status_code != 200:
            raise HostUnreachable(self._origin, f"{method}: HTTP {reply.status_code}")
        try:
            return xmlrpc.client.loads(reply.content)[0][0]
        except (ExpatError, xmlrpc.client.ResponseError, ValueError, IndexError) as error:
            raise HostUnreachable(self._origin, f"{method}: the answer is no XML-RPC") from error

    def _failure(self, method: str, code: str, words: str) -> Failure:
        detail = f"{method}: {code} {self._plain(words)}".rstrip()
        if code in LIMITED:
            return HostBusy(self._origin, detail, retry_after_s=WINDOW_S)
        if code in SIGN_IN:
            return ZoneRefused(self._origin, detail)
        if code in UNKNOWN and method.startswith("get"):
            return ZoneNotFound(self._origin, f"{detail} (so it also answers for a domain that is not the account's)")
        return ChangeRefused(self._origin, detail)

    def _plain(self, words: object) -> str:
        return str(words).replace(self._account.password, "…")
