"""Route 53 as moto serves it, in a thread; a batch is checked as the service documents it, which moto does by its own journal only.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html: a batch is transactional, DELETE needs the set as it
is, CREATE a name and type that have none.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
from moto.route53.exceptions import Route53ClientError
from moto.route53.models import FakeZone, RecordSet, Route53Backend
from moto.server import ThreadedMotoServer

SECRET = "moto-secret-of-the-tests"


@dataclass
class Route53Moto:
    """`busy` answers so many changes with a refusal for now, `loses` says yes to all and makes none."""

    endpoint_url: str
    busy: int = 0
    loses: bool = False

    def client(self) -> Any:
        keys = {"aws_access_key_id": "tests", "aws_secret_access_key": SECRET}
        return boto3.client("route53", endpoint_url=self.endpoint_url, region_name="us-east-1", **keys)

    def change(self, zone: FakeZone, changes: list[dict[str, Any]]) -> None:
        if self.busy:
            self.busy -= 1
            raise Route53ClientError("PriorRequestNotComplete", "The request was rejected")
        if self.loses:
            return
        sets = list(zone.rrsets)
        for one in changes:
            _make(sets, one["Action"], one["ResourceRecordSet"])
        zone.rrsets = sets


@contextlib.contextmanager
def running_route53() -> Iterator[Route53Moto]:
    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    served = Route53Moto(f"http://{host}:{port}")
    kept = Route53Backend.change_resource_record_sets

    def change(backend: Route53Backend, zoneid: str, change_list: list[dict[str, Any]]) -> None:
        served.change(backend.get_hosted_zone(zoneid), change_list)

    Route53Backend.change_resource_record_sets = change  # type: ignore[method-assign]
    try:
        yield served
    finally:
        Route53Backend.change_resource_record_sets = kept  # type: ignore[method-assign]
        server.stop()


def _make(sets: list[RecordSet], action: str, wanted: dict[str, Any]) -> None:
    wanted = {**wanted, "Name": f"{wanted['Name'].rstrip('.')}."}
    if "ResourceRecords" in wanted:
        wanted["ResourceRecords"] = [one["Value"] for one in wanted["ResourceRecords"]]
    new = RecordSet(wanted)
    same = [one for one in sets if _key(one) == _key(new)]
    about = f"resource record set [name='{new.name}', type='{new.type}']"
    if action == "CREATE" and same:
        raise _invalid(f"[Tried to create {about} but it already exists]")
    if action == "DELETE" and not any(_data(one) == _data(new) for one in same):
        what = "but the values provided do not match the current values" if same else "but it was not found"
        raise _invalid(f"[Tried to delete {about} {what}]")
    for one in same:
        sets.remove(one)
    alone = [one for one in sets if one.name == new.name and "CNAME" in (one.type, new.type)]
    if action != "DELETE" and alone:
        raise _invalid(f"[RRSet of type {new.type} with DNS name {new.name} is not permitted beside {alone[0].type}]")
    if action != "DELETE":
        sets.append(new)


def _invalid(words: str) -> Route53ClientError:
    return Route53ClientError("InvalidChangeBatch", words)


def _key(one: RecordSet) -> tuple[object, ...]:
    return one.name, one.type, one.set_identifier


def _data(one: RecordSet) -> tuple[object, ...]:
    ttl = int(one.ttl) if one.ttl is not None else None
    return ttl, sorted(one.records or ()), str(one.alias_target)
