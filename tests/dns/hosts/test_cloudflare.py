"""Cloudflare's own ways: proxied records, automatic TTLs, aliases at the top, pages, batches, errors within a 200."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from skyflytt.dns.hosts.cloudflare import CloudflareHost, open_cloudflare
from skyflytt.dns.hosts.cloudflare_records import data_for, value_from
from skyflytt.dns.hosts.pace import Pace
from skyflytt.dns.zone import Change, RecordSet
from skyflytt.errors.dns import ChangeRefused, HostBusy, ZoneNotFound, ZoneRefused
from skyflytt.project.servers import CloudflareServer
from tests.contract.zone_hosts import Minutes
from tests.real.cloudflare_simulator import TOKEN, Cloudflare, running_cloudflare

pytestmark = pytest.mark.real
TIME = Minutes()
NAME, ORIGIN = "norrsken.example", "norrsken.example."
WWW = f"www.{ORIGIN}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloudflare]:
    with running_cloudflare(tmp_path_factory.mktemp("cloudflare"), TIME.monotonic) as running:
        yield running


@pytest.fixture
def cloudflare(server: Cloudflare) -> Cloudflare:
    server.zones, server.records, server.calls, server.page_limit, server.without_status = {}, {}, [], 1000, False
    server.add_zone(NAME)
    return server


def opened(cloudflare: Cloudflare, token: str = TOKEN, zone_id: str | None = None) -> CloudflareHost:
    settings = {"kind": "cloudflare", "url": cloudflare.url, "ca_file": cloudflare.ca_file, "zone_id": zone_id}
    pace = Pace(240, TIME.monotonic, TIME.sleep)
    return open_cloudflare(ORIGIN, CloudflareServer.model_validate(settings), token, pace)


def add(cloudflare: Cloudflare, name: str, kind: str, content: str, **more: object) -> None:
    cloudflare.add(next(iter(cloudflare.zones)), name=name, type=kind, content=content, **more)


def records(cloudflare: Cloudflare) -> list[dict[str, object]]:
    return list(cloudflare.records[next(iter(cloudflare.zones))].values())


def one(kind: str, ttl_s: int, *values: str, name: str = WWW) -> RecordSet:
    return RecordSet(name, kind, ttl_s, values)


def test_a_proxied_record_takes_new_data_and_stays_proxied(cloudflare: Cloudflare) -> None:
    add(cloudflare, f"www.{NAME}", "A", "192.0.2.1", proxied=True, comment="shop")
    host = opened(cloudflare)
    before = host.read()
    assert before.find(WWW, "A") == one("A", 300, "192.0.2.1")
    host.change([Change(one("A", 300, "192.0.2.1"), one("A", 300, "192.0.2.2", "192.0.2.3"))], before)
    assert [(each["proxied"], each["ttl"]) for each in records(cloudflare)] == [(True, 1), (True, 1)]
    assert records(cloudflare)[0]["comment"] == "shop"


@pytest.mark.parametrize("after", [None, one("A", 600, "192.0.2.1")])
def test_what_a_roll_back_could_not_bring_again_is_refused(cloudflare: Cloudflare, after: RecordSet | None) -> None:
    add(cloudflare, f"www.{NAME}", "A", "192.0.2.1", proxied=True)
    host = opened(cloudflare)
    with pytest.raises(ChangeRefused, match="it is proxied"):
        host.change([Change(one("A", 300, "192.0.2.1"), after)], host.read())
    assert len(records(cloudflare)) == 1


def test_an_automatic_ttl_is_what_it_amounts_to_and_stays_automatic(cloudflare: Cloudflare) -> None:
    add(cloudflare, f"www.{NAME}", "A", "192.0.2.1")
    host = opened(cloudflare)
    host.change([Change(one("A", 300, "192.0.2.1"), one("A", 300, "192.0.2.2"))], host.read())
    assert [each["ttl"] for each in records(cloudflare)] == [1]


def test_an_alias_of_the_zone_itself_is_kept_as_one(cloudflare: Cloudflare) -> None:
    add(cloudflare, NAME, "CNAME", "shop.old.example", ttl=3600)
    add(cloudflare, NAME, "MX", "mx.old.example", priority=10, ttl=3600)
    host = opened(cloudflare)
    before = host.read()
    old, new = (one("ALIAS", 3600, f"shop.{word}.example.", name=ORIGIN) for word in ("old", "new"))
    assert before.find(ORIGIN, "ALIAS") == old
    host.change([Change(old, new)], before)
    assert ("CNAME", "shop.new.example") in [(each["type"], each["content"]) for each in records(cloudflare)]
    host.change([Change(new, None)], host.read())
    host.change([Change(None, old)], host.read())
    assert host.read() == before


def test_all_pages_are_read(cloudflare: Cloudflare) -> None:
    cloudflare.page_limit = 4
    for number in range(9):
        add(cloudflare, f"host{number}.{NAME}", "A", "192.0.2.1")
    assert len(opened(cloudflare).read().sets) == 10


def test_more_than_a_batch_holds_is_made_by_several(cloudflare: Cloudflare) -> None:
    host = opened(cloudflare)
    before = host.read()
    values = ("192.0.2.1", "192.0.2.2", "192.0.2.3")
    host.change([Change(None, one("A", 300, *values, name=f"h{number}.{ORIGIN}")) for number in range(90)], before)
    assert len(records(cloudflare)) == 270


def test_its_own_name_servers_are_shown_and_not_changed(cloudflare: Cloudflare) -> None:
    host = opened(cloudflare)
    before = host.read()
    own = before.find(ORIGIN, "NS")
    assert own is not None
    assert own.values == ("ada.ns.cloudflare.com.", "bob.ns.cloudflare.com.")
    with pytest.raises(ChangeRefused, match="which name servers"):
        host.change([Change(own, one("NS", 300, "ns.new.example.", name=ORIGIN))], before)


@pytest.mark.parametrize("without_status", [False, True])
def test_an_error_is_one_whatever_its_status(cloudflare: Cloudflare, without_status: bool) -> None:
    cloudflare.without_status = without_status
    add(cloudflare, f"www.{NAME}", "CNAME", "old.example")
    host = opened(cloudflare)
    with pytest.raises(ChangeRefused, match="already exists"):
        host.change([Change(None, one("A", 300, "192.0.2.1"))], host.read())
    with pytest.raises(ZoneRefused, match="Invalid access token"):
        opened(cloudflare, "wrong")
    with pytest.raises(ZoneNotFound):
        opened(cloudflare, zone_id="unknown")


def test_a_blocked_account_is_told_with_the_wait(cloudflare: Cloudflare) -> None:
    cloudflare.calls = [TIME.at + 9999] * 1200
    with pytest.raises(HostBusy) as told:
        opened(cloudflare)
    assert told.value.retry_after_s is not None
    assert told.value.retry_after_s > 360


def test_several_zones_of_a_name_need_an_id(cloudflare: Cloudflare) -> None:
    second = cloudflare.add_zone(NAME)
    with pytest.raises(ZoneNotFound, match=f"zone_id.*{second}"):
        opened(cloudflare)
    assert opened(cloudflare, zone_id=second).read().find(ORIGIN, "NS")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("CAA", '0 issue "letsencrypt.org; validationmethods=dns-01"'),
        ("CAA", '128 iodef "mailto:\\"odd\\"@example.com"'),
        ("DS", "2371 13 2 " + "ab" * 32),
        ("HTTPS", '1 . alpn="h2,h3" ipv4hint="192.0.2.1"'),
        ("HTTPS", "0 web.example."),
        ("MX", "0 ."),
        ("NAPTR", '10 20 "S" "SIP+D2U" "" _sip._udp.example.'),
        ("NAPTR", '10 20 "u" "E2U+sip" "!^.*$!sip:a b@example.com!" .'),
        ("SRV", "0 0 0 ."),
        ("SSHFP", "4 2 " + "cd" * 32),
        ("TLSA", "3 1 1 " + "ef" * 32),
        ("TXT", '"a; b" "c\\\\d\\"e\\195\\165"'),
        ("PTR", "host.example."),
    ],
)
def test_data_comes_back_as_it_went(kind: str, value: str) -> None:
    assert value_from({"type": kind, **data_for(kind, value)}) == value


def test_a_bare_text_is_read_as_well() -> None:
    assert value_from({"type": "TXT", "content": "v=spf1 -all"}) == '"v=spf1 -all"'
