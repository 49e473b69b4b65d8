"""Loopia's XML-RPC interface as its documentation and those who use it have it (docs/reference/zone-hosts.md), its bad manners included."""

from __future__ import annotations

import contextlib
import xmlrpc.client
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from tests.real.tls_http import Reply, Request, running_https

USER, PASSWORD = "tests@loopiaapi", "loopia-password-of-the-tests"
CALLS, WINDOW_S = 60, 60.0
LISTS = ("getSubdomains", "getZoneRecords")
Subdomains = dict[str, list[dict[str, Any]]]


@dataclass
class Loopia:
    """`domains` by name and subdomain. `loses`: says OK to a change and makes none. `limit_as`: a fault, or a status in the answer's place.

    `cut_after`: the connection breaks after so many more changes, which are made.
    """

    monotonic: Callable[[], float]
    url: str = ""
    ca_file: Path = Path()
    domains: dict[str, Subdomains] = field(default_factory=dict)
    calls: list[float] = field(default_factory=list)
    refused_calls: int = 0
    changes: list[str] = field(default_factory=list)
    loses: bool = False
    limit_as: str = "fault"
    cut_after: int | None = None
    ids: Iterator[int] = field(default_factory=lambda: count(1))

    def add(self, domain: str, subdomain: str, **record: Any) -> None:
        """A record as the customer zone makes it."""
        made = {"ttl": 3600, "priority": 0, **record, "record_id": next(self.ids)}
        self.domains[domain].setdefault(subdomain, []).append(made)

    def answer(self, request: Request) -> Reply:
        (user, password, *arguments), method = xmlrpc.client.loads(request.body)
        if (user, password) != (USER, PASSWORD):
            return _fault(401, "Authentication failed.")
        if self._limited():
            return self._too_many(str(method))
        if str(method) in LISTS:
            return self._listed(str(method), arguments)
        self.changes.append(str(method))
        if self.cut_after is not None:
            self.cut_after -= 1
        if not self.loses:
            makers = {
                "addSubdomain": self._add_subdomain,
                "addZoneRecord": self._add_record,
                "updateZoneRecord": self._update_record,
                "removeZoneRecord": self._remove_record,
            }
            makers[str(method)](*arguments)
        return Reply(b"", 500) if self.cut_after == 0 else _said("OK")

    def _listed(self, method: str, arguments: list[Any]) -> Reply:
        subdomains = self.domains.get(arguments[0])
        if subdomains is None:
            return _said(["UNKNOWN_ERROR"])
        if method == "getSubdomains":
            return _said(list(subdomains))
        return _said(subdomains.get(arguments[1], []))

    def _add_subdomain(self, domain: str, subdomain: str) -> None:
        self.domains[domain].setdefault(subdomain, [])

    def _add_record(self, domain: str, subdomain: str, record: dict[str, Any]) -> None:
        self.domains[domain][subdomain].append({**record, "record_id": next(self.ids)})

    def _update_record(self, domain: str, subdomain: str, record: dict[str, Any]) -> None:
        records = self.domains[domain][subdomain]
        place = next(place for place, one in enumerate(records) if one["record_id"] == record["record_id"])
        records[place] = record

    def _remove_record(self, domain: str, subdomain: str, record_id: int) -> None:
        records = self.domains[domain][subdomain]
        records[:] = [one for one in records if one["record_id"] != record_id]

    def _limited(self) -> bool:
        now = self.monotonic()
        self.calls = [one for one in self.calls if one > now - WINDOW_S]
        if len(self.calls) >= CALLS:
            self.refused_calls += 1
            return True
        self.calls.append(now)
        return False

    def _too_many(self, method: str) -> Reply:
        if self.limit_as == "fault":
            return _fault(429, "Rate limit exceeded.")
        return _said(["RATE_LIMITED"] if method in LISTS else "RATE_LIMITED")


def _said(answer: Any) -> Reply:
    return Reply(xmlrpc.client.dumps((answer,), methodresponse=True, encoding="utf-8").encode())


def _fault(code: int, words: str) -> Reply:
    return Reply(xmlrpc.client.dumps(xmlrpc.client.Fault(code, words), methodresponse=True).encode())


@contextlib.contextmanager
def running_loopia(folder: Path, monotonic: Callable[[], float]) -> Iterator[Loopia]:
    simulator = Loopia(monotonic)
    with running_https(folder, simulator.answer) as (url, ca_file):
        simulator.url, simulator.ca_file = f"{url}/RPCSERV", ca_file
        yield simulator
