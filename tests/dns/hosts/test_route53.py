"""Route 53's own ways: octal digits, aliases, routing policies, pages, private zones, changes that take a while."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from skyflytt.dns.hosts import route53 as adapter
from skyflytt.dns.hosts.pace import Pace
from skyflytt.dns.hosts.route53 import Route53Host, open_route53
from skyflytt.dns.hosts.route53_sets import entries, from_octal, key_of, to_octal, zone_from
from skyflytt.dns.zone import Change, RecordSet
from skyflytt.errors.dns import ChangeRefused, HostBusy, ZoneNotFound
from skyflytt.project.servers import Route53Server
from tests.contract.zone_hosts import Minutes
from tests.real.route53_moto import SECRET, Route53Moto, running_route53

pytestmark = pytest.mark.real
ORIGIN = "norrsken.example."
ALIAS = RecordSet(ORIGIN, "ALIAS", 60, ("d111.cloudfront.net. A Z2FDTNDATAQYW2 always",))
BOTH = RecordSet(
    ORIGIN,
    "ALIAS",
    60,
    ("lb.eu-north-1.elb.amazonaws.com. A Z35SX evaluated", "lb.eu-north-1.elb.amazonaws.com. AAAA Z35SX evaluated"),
)


@pytest.fixture(scope="module")
def server() -> Iterator[Route53Moto]:
    with running_route53() as running:
        yield running


@pytest.fixture
def zone_id(server: Route53Moto) -> Iterator[str]:
    client = server.client()
    made = client.create_hosted_zone(Name=ORIGIN, CallerReference="one")["HostedZone"]["Id"].rpartition("/")[2]
    yield made
    httpx.post(f"{server.endpoint_url}/moto-api/reset").raise_for_status()


def opened(server: Route53Moto, time: Minutes | None = None, **more: str) -> Route53Host:
    settings = {"kind": "route53", "access_key_id": "tests", "endpoint_url": server.endpoint_url, **more}
    time = time or Minutes()
    return open_route53(ORIGIN, Route53Server.model_validate(settings), SECRET, Pace(300, time.monotonic, time.sleep))


def test_an_alias_comes_and_goes_as_it_is(server: Route53Moto, zone_id: str) -> None:
    host = opened(server)
    empty = host.read()
    host.change([Change(None, ALIAS)], empty)
    assert host.read().find(ORIGIN, "ALIAS") == ALIAS
    host.change([Change(ALIAS, BOTH)], host.read())
    assert host.read().find(ORIGIN, "ALIAS") == BOTH
    host.change([Change(BOTH, None)], host.read())
    assert host.read() == empty
    with pytest.raises(ChangeRefused, match="its target's TTL; write 60 s"):
        host.change([Change(None, RecordSet(ORIGIN, "ALIAS", 300, ALIAS.values))], empty)
    with pytest.raises(ChangeRefused, match="an alias is written as"):
        host.change([Change(None, RecordSet(ORIGIN, "ALIAS", 60, ("elsewhere.example.",)))], empty)


def test_what_a_routing_policy_answers_is_shown_and_not_changed(server: Route53Moto, zone_id: str) -> None:
    for number in (1, 2):
        value = {"Name": f"www.{ORIGIN}", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": f"192.0.2.{number}"}]}
        policy = {"SetIdentifier": str(number), "Weight": number}
        batch = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": value | policy}]}
        server.client().change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch=batch)
    host = opened(server)
    before = host.read()
    found = before.find(f"www.{ORIGIN}", "A")
    assert found is not None
    assert found.values == ("192.0.2.1", "192.0.2.2")
    with pytest.raises(ChangeRefused, match="routing policy"):
        host.change([Change(found, None)], before)
    assert host.read() == before


def test_all_pages_are_read(server: Route53Moto, zone_id: str) -> None:
    host = opened(server)
    sets = [RecordSet(f"h{number:03}.{ORIGIN}", "A", 300, ("192.0.2.1",)) for number in range(320)]
    host.change([Change(None, one) for one in sets], host.read())
    assert len(host.read().sets) == 321


def test_its_name_servers_are_replaced_at_once(server: Route53Moto, zone_id: str) -> None:
    host = opened(server)
    before = host.read()
    own, new = before.find(ORIGIN, "NS"), RecordSet(ORIGIN, "NS", 300, ("ns1.new.example.", "ns2.new.example."))
    host.change([Change(own, new)], before)
    assert host.read().find(ORIGIN, "NS") == new


def test_a_zone_is_found_by_its_name_or_by_its_id(server: Route53Moto, zone_id: str) -> None:
    client = server.client()
    vpc = {"VPCRegion": "eu-north-1", "VPCId": "vpc-1"}
    client.create_hosted_zone(Name=ORIGIN, CallerReference="two", VPC=vpc, HostedZoneConfig={"PrivateZone": True})
    assert opened(server).read().find(ORIGIN, "NS")
    client.create_hosted_zone(Name=ORIGIN, CallerReference="three")
    with pytest.raises(ZoneNotFound, match=f"zone_id.*{zone_id}"):
        opened(server)
    assert opened(server, zone_id=zone_id).read().find(ORIGIN, "NS")


class Pending:
    """Of the service's client, as much as waiting for a change takes; it is everywhere after so many looks."""

    def __init__(self, looks: int) -> None:
        self.looks = looks
        self.sets: list[dict[str, Any]] = []

    def list_resource_record_sets(self, **_where: str) -> dict[str, Any]:
        return {"ResourceRecordSets": self.sets, "IsTruncated": False}

    def change_resource_record_sets(self, ChangeBatch: dict[str, Any], **_where: str) -> dict[str, Any]:  # noqa: N803
        self.sets = [one["ResourceRecordSet"] for one in ChangeBatch["Changes"] if one["Action"] == "CREATE"]
        return {"ChangeInfo": {"Id": "/change/C1", "Status": "PENDING"}}

    def get_change(self, Id: str) -> dict[str, Any]:  # noqa: N803
        self.looks -= 1
        return {"ChangeInfo": {"Id": f"/change/{Id}", "Status": "INSYNC" if self.looks <= 0 else "PENDING"}}


def test_it_waits_until_all_name_servers_have_a_change() -> None:
    time = Minutes()
    host = Route53Host(ORIGIN, Pending(7), "Z1", Pace(300, time.monotonic, time.sleep))
    host.change([Change(None, ALIAS)], host.read())
    assert sum(time.slept) == 7 * adapter.LOOK_S
    slow = Route53Host(ORIGIN, Pending(10_000), "Z1", Pace(300, time.monotonic, time.sleep))
    with pytest.raises(HostBusy, match="not at all of its name servers"):
        slow.change([Change(None, ALIAS)], slow.read())
    slow.change([Change(None, ALIAS)], slow.read())


def test_octal_digits_are_those_of_master_files() -> None:
    listed = {
        "Name": "\\052.norrsken.example.",
        "Type": "TXT",
        "TTL": 300,
        "ResourceRecords": [{"Value": '"sk\\303\\245p; \\"x\\" \\\\101"'}],
    }
    found = zone_from(ORIGIN, [listed]).sets[0]
    assert found == RecordSet(f"*.{ORIGIN}", "TXT", 300, ('"sk\\195\\165p; \\"x\\" \\\\101"',))
    sent = entries(ORIGIN, Change(None, found), ())[0]["ResourceRecordSet"]
    assert sent["ResourceRecords"] == listed["ResourceRecords"]
    assert key_of({"Name": "a\\100b.norrsken.example.", "Type": "A"}) == ("a\\064b.norrsken.example.", "A")
    assert from_octal(to_octal('"\\000\\255\\\\\\""')) == '"\\000\\255\\\\\\""'
