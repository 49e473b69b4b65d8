"""Cloudflare: a zone by its interface (https://developers.cloudflare.com/api/resources/dns). A batch of changes is one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from skyflytt.dns.hosts.changes import Changing, but_for_strings, check, in_order
from skyflytt.dns.hosts.cloudflare_batch import Batch, batch_of
from skyflytt.dns.hosts.cloudflare_calls import Calls
from skyflytt.dns.hosts.cloudflare_records import TYPES, zone_from
from skyflytt.dns.hosts.pace import Pace
from skyflytt.dns.port import Capabilities
from skyflytt.dns.records import absolute
from skyflytt.dns.zone import Change, RecordSet, Zone
from skyflytt.errors.dns import ChangeRefused, ZoneNotFound
from skyflytt.project.servers.cloudflare import CloudflareServer

CALLS_PER_MINUTE = 240
"""1200 requests in five minutes for each user (Cloudflare Fundamentals, API rate limits)."""
CAPABILITIES = Capabilities(
    "Cloudflare", atomic=True, min_ttl_s=60, types=TYPES, calls_per_minute=CALLS_PER_MINUTE, tells_serial=False
)
PER_PAGE = 1000
MOST_OPERATIONS = 200
"""In one batch, on the smallest plan."""
NS_TTL_S = 86400


class CloudflareHost:
    """One zone. What its name servers are is Cloudflare's matter: they are shown and cannot be changed."""

    capabilities = CAPABILITIES

    def __init__(self, origin: str, calls: Calls, zone: Mapping[str, Any]) -> None:
        self.origin = origin
        self._calls = calls
        self._path = f"/zones/{zone['id']}"
        servers = tuple(sorted(absolute(one) for one in zone.get("name_servers") or ()))
        self._own = (RecordSet(origin, "NS", NS_TTL_S, servers),) if servers else ()
        self._changing = Changing(origin, but_for_strings)

    def read(self) -> Zone:
        return zone_from(self.origin, self._listed(), self._own)

    def change(self, changes: Sequence[Change], expected: Zone) -> None:
        check(self.origin, changes, self.capabilities, expected)
        listed = self._listed()
        left = in_order(self._changing.left(changes, zone_from(self.origin, listed, self._own)))
        for batch in self._batches(left, listed):
            self._send(batch, changes)
        self._changing.arrived(changes, self.read())

    def close(self) -> None:
        self._calls.close()

    def _listed(self) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        page = 1
        while True:
            answer = self._calls.get(f"{self._path}/dns_records", page=page, per_page=PER_PAGE)
            found += answer["result"]
            if page >= int((answer.get("result_info") or {}).get("total_pages") or 1):
                return found
            page += 1

    def _batches(self, changes: Sequence[Change], listed: Sequence[Mapping[str, Any]]) -> Iterator[Batch]:
        """One, unless there are more operations than one may have; each set is changed by one batch alone."""
        batch = Batch()
        for one in changes:
            some = batch_of(self.origin, one, listed, self._own)
            if batch.size and batch.size + some.size > MOST_OPERATIONS:
                yield batch
                batch = Batch()
            batch = batch.and_(some)
        if batch.size:
            yield batch

    def _send(self, batch: Batch, changes: Sequence[Change]) -> None:
        try:
            self._calls.post(f"{self._path}/dns_records/batch", batch.body())
        except ChangeRefused:
            self._changing.left(changes, self.read())
            raise


def open_cloudflare(origin: str, server: CloudflareServer, token: str, pace: Pace) -> CloudflareHost:
    """Looks for the zone. Raises `ZoneNotFound`, `ZoneRefused`, `HostUnreachable`."""
    calls = Calls(origin, server.url, token, str(server.ca_file) if server.ca_file else None, pace)
    try:
        return CloudflareHost(origin, calls, _zone(origin, calls, server.zone_id))
    except BaseException:
        calls.close()
        raise


def _zone(origin: str, calls: Calls, zone_id: str | None) -> Mapping[str, Any]:
    name = origin.rstrip(".")
    found = [calls.get(f"/zones/{zone_id}")["result"]] if zone_id else calls.get("/zones", name=name)["result"]
    fitting: list[Mapping[str, Any]] = [one for one in found if one["name"] == name]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        several = ", ".join(str(one["id"]) for one in fitting)
        raise ZoneNotFound(origin, f"the token sees several of this name; name one as `zone_id`: {several}")
    raise ZoneNotFound(origin, "the token sees no zone of this name")
