"""Cloudflare's zones and DNS records as its documentation has them (docs/reference/zone-hosts.md lists what was taken from where)."""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.real.tls_http import Reply, Request, running_https

TOKEN = "cloudflare-token-of-the-tests"
CALLS, WINDOW_S = 1200, 300.0
Records = dict[str, dict[str, Any]]


class Refused(Exception):
    """An operation that the service does not make: code and words."""


@dataclass
class Cloudflare:
    """`records` by zone and id. `loses` says yes to every batch and makes none; `without_status` answers errors with 200."""

    monotonic: Callable[[], float]
    url: str = ""
    ca_file: Path = Path()
    zones: dict[str, str] = field(default_factory=dict)
    records: dict[str, Records] = field(default_factory=dict)
    calls: list[float] = field(default_factory=list)
    refused_calls: int = 0
    loses: bool = False
    without_status: bool = False
    page_limit: int = 1000
    ids: Iterator[int] = field(default_factory=count)

    def add_zone(self, name: str) -> str:
        zone_id = f"zone{next(self.ids)}"
        self.zones[zone_id], self.records[zone_id] = name, {}
        return zone_id

    def add(self, zone_id: str, **record: Any) -> str:
        """A record as the pages of the service make it."""
        record_id = f"record{next(self.ids)}"
        self.records[zone_id][record_id] = {"id": record_id, "proxied": False, "ttl": 1, **record}
        return record_id

    def answer(self, request: Request) -> Reply:
        parts = urlsplit(request.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if limited := self._limited():
            return limited
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self._error(403, 9109, "Invalid access token")
        words = parts.path.removeprefix("/client/v4/").split("/")
        try:
            return self._routed(request, words, query)
        except Refused as refused:
            return self._error(400, *refused.args)

    def _routed(self, request: Request, words: list[str], query: dict[str, str]) -> Reply:
        if words == ["zones"]:
            found = [self._zone(one) for one, name in self.zones.items() if name == query["name"]]
            return _success(found, {"page": 1, "total_pages": 1, "count": len(found)})
        if words[1] not in self.zones:
            return self._error(
                404, 7003, f"Could not route to /zones/{words[1]}, perhaps your object identifier is invalid?"
            )
        if len(words) == 2:
            return _success(self._zone(words[1]))
        if words[2:] == ["dns_records", "batch"]:
            return self._batch(words[1], json.loads(request.body))
        return self._page(words[1], int(query.get("page", 1)), min(int(query.get("per_page", 100)), self.page_limit))

    def _zone(self, zone_id: str) -> dict[str, Any]:
        servers = ["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"]
        return {"id": zone_id, "name": self.zones[zone_id], "status": "active", "name_servers": servers}

    def _page(self, zone_id: str, page: int, size: int) -> Reply:
        found = [_listed(one) for one in self.records[zone_id].values()]
        pages = max(1, -(-len(found) // size))
        some = found[(page - 1) * size : page * size]
        return _success(some, {"page": page, "per_page": size, "count": len(some), "total_pages": pages})

    def _batch(self, zone_id: str, body: dict[str, list[dict[str, Any]]]) -> Reply:
        if sum(map(len, body.values())) > 200:
            raise Refused(81057, "The batch has too many operations")
        records = copy.deepcopy(self.records[zone_id])
        for one in body.get("deletes", ()):
            _known(records, one["id"])
            del records[one["id"]]
        for one in body.get("patches", ()):
            _known(records, one["id"])
            _put(records, {**records[one["id"]], **one})
        for one in body.get("posts", ()):
            _put(records, {"proxied": False, **one, "id": f"record{next(self.ids)}"})
        if not self.loses:
            self.records[zone_id] = records
        return _success({})

    def _limited(self) -> Reply | None:
        now = self.monotonic()
        self.calls = [one for one in self.calls if one > now - WINDOW_S]
        if len(self.calls) < CALLS:
            self.calls.append(now)
            return None
        self.refused_calls += 1
        after = str(int(self.calls[0] + WINDOW_S - now) + 1)
        body = _body(False, None, [{"code": 10100, "message": "More than 1200 requests per 300 seconds reached"}])
        return Reply(body, 429, {"Retry-After": after})

    def _error(self, status: int, code: int, words: str) -> Reply:
        return Reply(_body(False, None, [{"code": code, "message": words}]), 200 if self.without_status else status)


def _put(records: Records, record: dict[str, Any]) -> None:
    if not 60 <= record["ttl"] <= 86400 and record["ttl"] != 1:
        raise Refused(9021, "Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.")
    if record.get("proxied"):
        record["ttl"] = 1
    others = [one for one in records.values() if one["name"] == record["name"] and one["id"] != record["id"]]
    single = {"A", "AAAA", "CNAME"}
    if any(
        record["type"] in single and "CNAME" in (one["type"], record["type"]) and one["type"] in single
        for one in others
    ):
        raise Refused(81053, "An A, AAAA, or CNAME record with that host already exists.")
    records[record["id"]] = record


def _known(records: Records, record_id: str) -> None:
    if record_id not in records:
        raise Refused(81044, "Record does not exist.")


def _listed(record: dict[str, Any]) -> dict[str, Any]:
    """With `content` made from `data`, as the service lists it."""
    if "data" not in record:
        return record
    return {**record, "content": " ".join(str(one) for one in record["data"].values())}


def _success(result: Any, info: dict[str, Any] | None = None) -> Reply:
    return Reply(_body(True, result, [], info))


def _body(success: bool, result: Any, errors: list[dict[str, Any]], info: dict[str, Any] | None = None) -> bytes:
    said = {"success": success, "errors": errors, "messages": [], "result": result}
    return json.dumps(said | ({"result_info": info} if info else {})).encode()


@contextlib.contextmanager
def running_cloudflare(folder: Path, monotonic: Callable[[], float]) -> Iterator[Cloudflare]:
    simulator = Cloudflare(monotonic)
    with running_https(folder, simulator.answer) as (url, ca_file):
        simulator.url, simulator.ca_file = f"{url}/client/v4", ca_file
        yield simulator
