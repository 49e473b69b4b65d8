"""Amazon Route 53: a hosted zone by its interface. A batch of changes is one transaction, in which each old set must be as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import boto3
from botocore.config import Config

from skyflytt.dns.alias import KIND as ALIAS
from skyflytt.dns.hosts.changes import Changing, check, in_order
from skyflytt.dns.hosts.pace import Pace
from skyflytt.dns.hosts.route53_failures import failures, is_batch_refusal
from skyflytt.dns.hosts.route53_sets import alias_fault, entries, is_plain, key_of, zone_from
from skyflytt.dns.port import Capabilities
from skyflytt.dns.zone import Change, Zone
from skyflytt.errors.dns import ChangeRefused, HostBusy, ZoneNotFound
from skyflytt.project.servers.route53 import Route53Server

T = TypeVar("T")
Listed = Sequence[Mapping[str, Any]]
CALLS_PER_MINUTE = 300
"""Five requests a second for each account (Route 53 Developer Guide, Quotas)."""
TYPES = frozenset(
    {
        "A",
        "AAAA",
        "CAA",
        "CNAME",
        "DS",
        "HTTPS",
        "MX",
        "NAPTR",
        "NS",
        "PTR",
        "SPF",
        "SRV",
        "SSHFP",
        "SVCB",
        "TLSA",
        "TXT",
    }
) | {ALIAS}
CAPABILITIES = Capabilities(
    "Route 53", atomic=True, guarded=True, types=TYPES, calls_per_minute=CALLS_PER_MINUTE, tells_serial=False
)
MOST_RECORDS = 1000
"""ResourceRecord elements in one request."""
LOOKS, LOOK_S = 60, 5.0
"""How long a change is waited for until all name servers have it; most are there within one minute."""


class Route53Host:
    """One hosted zone. `client` is boto3's, `zone_id` without the prefix `/hostedzone/`."""

    capabilities = CAPABILITIES

    def __init__(self, origin: str, client: Any, zone_id: str, pace: Pace) -> None:
        self.origin = origin
        self._client = client
        self._zone_id = zone_id
        self._pace = pace
        self._changing = Changing(origin)

    def read(self) -> Zone:
        return zone_from(self.origin, self._listed())

    def change(self, changes: Sequence[Change], expected: Zone) -> None:
        check(self.origin, changes, self.capabilities, expected)
        listed = self._listed()
        left = in_order(self._changing.left(changes, zone_from(self.origin, listed)))
        self._refuse_special(left, listed)
        for batch in _batches(self.origin, left, listed):
            self._send(batch, changes)
        self._changing.arrived(changes, self.read())

    def close(self) -> None:
        self._client.close()

    def _listed(self) -> Listed:
        """Every set as the service lists it, the changes that are not everywhere yet included."""
        found: list[Mapping[str, Any]] = []
        start: dict[str, str] = {}
        while True:
            page = self._page(start)
            found += page["ResourceRecordSets"]
            if not page["IsTruncated"]:
                return found
            next_ones = {"StartRecordName": "NextRecordName", "StartRecordType": "NextRecordType"}
            next_ones["StartRecordIdentifier"] = "NextRecordIdentifier"
            start = {here: page[there] for here, there in next_ones.items() if page.get(there)}

    def _page(self, start: Mapping[str, str]) -> Mapping[str, Any]:
        return self._call(lambda: self._client.list_resource_record_sets(HostedZoneId=self._zone_id, **start))

    def _refuse_special(self, changes: Sequence[Change], listed: Listed) -> None:
        routed = {key_of(one) for one in listed if not is_plain(one)}
        for one in changes:
            if one.after and one.after.type == ALIAS and (what := alias_fault(one.after)):
                raise ChangeRefused(self.origin, f"{' '.join(one.key)}: {what}")
            if one.key in routed:
                what = "it is answered by a routing policy, which the change would lose; change it in the AWS console"
                raise ChangeRefused(self.origin, f"{' '.join(one.key)}: {what}")

    def _send(self, batch: list[dict[str, Any]], changes: Sequence[Change]) -> None:
        try:
            answer = self._call(
                lambda: self._client.change_resource_record_sets(
                    HostedZoneId=self._zone_id, ChangeBatch={"Changes": batch}
                )
            )
        except ChangeRefused as refused:
            if is_batch_refusal(refused):
                self._changing.left(changes, self.read())
            raise
        self._wait_for(answer["ChangeInfo"])

    def _wait_for(self, info: Mapping[str, Any]) -> None:
        for _ in range(LOOKS):
            if info["Status"] == "INSYNC":
                return
            self._pace.wait(LOOK_S)
            change_id = str(info["Id"]).rpartition("/")[2]
            info = self._call(lambda: self._client.get_change(Id=change_id))["ChangeInfo"]  # noqa: B023 - called at once
        raise HostBusy(
            self.origin, "the change is accepted and not at all of its name servers yet", retry_after_s=LOOK_S
        )

    def _call(self, make: Callable[[], T]) -> T:
        def once() -> T:
            with failures(self.origin):
                return make()

        return self._pace.call(once)


def _batches(origin: str, changes: Sequence[Change], listed: Listed) -> Iterator[list[dict[str, Any]]]:
    """One, unless there are more records than a request may have."""
    batch: list[dict[str, Any]] = []
    size = 0
    for one in changes:
        some = entries(origin, one, listed)
        weight = sum(len(entry["ResourceRecordSet"].get("ResourceRecords", "-")) for entry in some)
        if batch and size + weight > MOST_RECORDS:
            yield batch
            batch, size = [], 0
        batch += some
        size += weight
    if batch:
        yield batch


def find_zone(origin: str, client: Any, pace: Pace) -> str:
    """The id of the public hosted zone of this name. Raises `ZoneNotFound` when there is none, or when there are several."""

    def ask() -> Any:
        with failures(origin):
            return client.list_hosted_zones_by_name(DNSName=origin)

    found = [
        str(one["Id"]).rpartition("/")[2]
        for one in pace.call(ask)["HostedZones"]
        if one["Name"] == origin and not one.get("Config", {}).get("PrivateZone")
    ]
    if len(found) > 1:
        raise ZoneNotFound(origin, f"Route 53 has several of this name; name one as `zone_id`: {', '.join(found)}")
    if not found:
        raise ZoneNotFound(origin, "the account has no public hosted zone of this name")
    return found[0]


def open_route53(origin: str, server: Route53Server, secret: str | None, pace: Pace) -> Route53Host:
    """Looks for the zone, unless the server's settings name it. Raises `ZoneNotFound`, `ZoneRefused`, `HostUnreachable`."""
    client = boto3.session.Session().client(
        "route53",
        region_name="us-east-1",
        endpoint_url=server.endpoint_url,
        aws_access_key_id=server.access_key_id,
        aws_secret_access_key=secret,
        verify=str(server.ca_file) if server.ca_file else None,
        # Waiting is done by the pace.
        config=Config(retries={"total_max_attempts": 1}),
    )
    return Route53Host(origin, client, server.zone_id or find_zone(origin, client, pace), pace)
