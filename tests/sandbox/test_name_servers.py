"""The sandbox's name servers, through dnspython as their client."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dns.exception
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.resolver
import dns.tsig
import dns.update
import dns.zone
import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.sandbox import lifecycle
from skyflytt.sandbox.company.internet import zones as plan
from skyflytt.sandbox.company.people import DOMAIN
from skyflytt.sandbox.nameserver import lagging
from skyflytt.sandbox.nameserver.following import Following
from skyflytt.sandbox.nameserver.resolving import Resolver
from skyflytt.sandbox.nameserver.server import NameServer
from skyflytt.sandbox.nameserver.updating import Refused, updated
from skyflytt.sandbox.nameserver.zones import SUFFIX, Zones, copy, read, soa, write
from skyflytt.sandbox.state import Sandbox

PATIENCE_S = 20.0


def key_of(sandbox: Sandbox) -> dns.tsig.Key:
    return dns.tsig.Key("skyflytt.", sandbox.secret("servers.ns1"), dns.tsig.HMAC_SHA256)


def ask(sandbox: Sandbox, server: str, name: str, kind: str) -> dns.message.Message:
    where = sandbox.servers[server]
    answer, _ = dns.query.udp_with_fallback(dns.message.make_query(name, kind), where.host, 5, where.port)
    return answer


def values(sandbox: Sandbox, server: str, name: str, kind: str) -> list[str]:
    return sorted(rdata.to_text() for one in ask(sandbox, server, name, kind).answer for rdata in one)


def change(sandbox: Sandbox, name: str, text: str, key: dns.tsig.Key | None = None) -> dns.rcode.Rcode:
    where, update = sandbox.servers["ns1"], dns.update.UpdateMessage(DOMAIN, keyring=key or key_of(sandbox))
    update.replace(name, 300, "TXT", text)
    return dns.query.tcp(update, where.host, 5, where.port).rcode()


def comes(sandbox: Sandbox, server: str, name: str, wanted: list[str]) -> bool:
    until = time.monotonic() + PATIENCE_S
    while (found := values(sandbox, server, name, "TXT")) != wanted and time.monotonic() < until:
        time.sleep(0.02)
    return found == wanted


def test_answers_are_whole_and_nothing_is_invented(sandbox: Sandbox) -> None:
    assert values(sandbox, "ns1", DOMAIN, "MX") == ["10 mail.gamlamolnet.example."]
    led = ask(sandbox, "ns2", f"www.{DOMAIN}", "A")
    assert [one.rdtype.name for one in led.answer] == ["CNAME", "A"]
    missing = ask(sandbox, "ns1", f"nix.{DOMAIN}", "A")
    assert (missing.rcode(), missing.authority[0].rdtype.name) == (dns.rcode.NXDOMAIN, "SOA")
    between = ask(sandbox, "ns1", f"_tcp.{DOMAIN}", "A")
    assert (between.rcode(), between.answer) == (dns.rcode.NOERROR, [])
    assert ask(sandbox, "ns1", "elsewhere.example", "A").rcode() == dns.rcode.REFUSED


def test_a_change_survives_kill_9_and_so_does_the_lag_of_the_second_server(living: Sandbox) -> None:
    sandbox = lifecycle.up(living.root)
    assert change(sandbox, "prov", '"ett"') == dns.rcode.NOERROR
    assert comes(sandbox, "ns2", f"prov.{DOMAIN}", ['"ett"'])
    lagging.lag(sandbox)
    assert change(sandbox, "efter", '"två"') == dns.rcode.NOERROR
    for name in ("ns1", "ns2"):
        os.kill(sandbox.servers[name].pid or 0, signal.SIGKILL)
    sandbox = lifecycle.up(living.root)
    assert values(sandbox, "ns1", f"efter.{DOMAIN}", "TXT") == ['"tv\\195\\165"']
    assert values(sandbox, "ns2", f"efter.{DOMAIN}", "TXT") == []
    assert values(sandbox, "ns2", f"prov.{DOMAIN}", "TXT") == ['"ett"']
    assert lagging.is_lagging(sandbox)
    assert lagging.catch_up(sandbox)
    assert comes(sandbox, "ns2", f"efter.{DOMAIN}", ['"tv\\195\\165"'])


def test_it_may_lag_by_seconds(living: Sandbox) -> None:
    sandbox = lifecycle.up(living.root)
    where, seconds = sandbox.servers["ns1"], MovableSeconds()
    following = Following(sandbox.root / "ns2", (where.host, where.port), key_of(sandbox), seconds)
    zones = Zones(sandbox.root / "ns2")
    lagging.lag(sandbox, 30)
    change(sandbox, "senare", '"tre"')
    assert following.look(zones) == []
    assert following.comes_again_in is not None, "it looks again soon, to follow in time"
    seconds.now += 29
    assert following.look(zones) == []
    seconds.now += 1
    assert following.look(zones) == [dns.name.from_text(DOMAIN)]
    assert following.comes_again_in is None
    assert lagging.catch_up(sandbox)


@dataclass
class MovableSeconds:
    now: float = 1.0

    def __call__(self) -> float:
        return self.now


def test_without_the_right_key_nothing_is_shown_whole_or_changed(sandbox: Sandbox) -> None:
    where = sandbox.servers["ns1"]
    zone = dns.zone.Zone(DOMAIN, relativize=False)
    with pytest.raises(dns.exception.DNSException):
        dns.query.inbound_xfr(where.host, zone, port=where.port, timeout=5)
    wrong = dns.tsig.Key("skyflytt.", b"x" * 32, dns.tsig.HMAC_SHA256)
    with pytest.raises(dns.exception.DNSException):
        change(sandbox, "prov", '"nej"', wrong)
    unsigned = dns.update.UpdateMessage(DOMAIN)
    unsigned.replace("prov", 300, "TXT", '"nej"')
    assert dns.query.tcp(unsigned, where.host, 5, where.port).rcode() == dns.rcode.REFUSED
    second = dns.update.UpdateMessage(DOMAIN, keyring=key_of(sandbox))
    second.replace("prov", 300, "TXT", '"nej"')
    other = sandbox.servers["ns2"]
    assert dns.query.tcp(second, other.host, 5, other.port).rcode() == dns.rcode.REFUSED
    assert values(sandbox, "ns1", f"prov.{DOMAIN}", "TXT") == []


def test_a_transfer_is_the_whole_zone(sandbox: Sandbox) -> None:
    where, zone = sandbox.servers["ns1"], dns.zone.Zone(DOMAIN, relativize=False)
    query = dns.message.make_query(DOMAIN, "AXFR")
    query.use_tsig(key_of(sandbox))
    dns.query.inbound_xfr(where.host, zone, query, where.port, timeout=5)
    assert zone == read(plan()[DOMAIN], DOMAIN)


@pytest.fixture
def zone() -> dns.zone.Zone:
    return read(plan()[DOMAIN], DOMAIN)


def update() -> dns.update.UpdateMessage:
    return dns.update.UpdateMessage(DOMAIN)


def sent(one: dns.update.UpdateMessage) -> dns.update.UpdateMessage:
    """As it arrives."""
    arrived = dns.message.from_wire(one.to_wire())
    assert isinstance(arrived, dns.update.UpdateMessage)
    return arrived


def test_prerequisites_keep_everything_as_it_is(zone: dns.zone.Zone) -> None:
    kept = copy(zone)
    cases: tuple[tuple[Callable[[dns.update.UpdateMessage], None], dns.rcode.Rcode], ...] = (
        (lambda one: one.absent("mail"), dns.rcode.YXDOMAIN),
        (lambda one: one.absent("mail", "A"), dns.rcode.YXRRSET),
        (lambda one: one.present("nix"), dns.rcode.NXDOMAIN),
        (lambda one: one.present("mail", "AAAA"), dns.rcode.NXRRSET),
        (lambda one: one.present("mail", "A", "127.0.9.9"), dns.rcode.NXRRSET),
        (lambda one: one.add("mail.other.example.", 60, "A", "127.0.0.1"), dns.rcode.NOTZONE),
    )
    for ask_for, rcode in cases:
        one = update()
        ask_for(one)
        one.replace("mail", 60, "A", "127.0.3.25")
        with pytest.raises(Refused) as refused:
            updated(zone, sent(one))
        assert refused.value.rcode == rcode
    assert zone == kept


def test_an_update_makes_all_its_changes_and_moves_the_serial(zone: dns.zone.Zone) -> None:
    one = update()
    one.present("mail", "A", "127.0.2.25")
    one.present(dns.name.from_text(DOMAIN), "MX")
    one.replace("mail", 60, "A", "127.0.3.25")
    one.delete("fjarr")
    one.delete(dns.name.from_text(DOMAIN), "TXT", '"nyhetsbrevet-site-verification=4f1d7c"')
    one.delete(dns.name.from_text(DOMAIN), "NS")
    one.add("www", 60, "A", "127.0.3.80")
    after = updated(zone, sent(one))
    assert after is not None
    origin = dns.name.from_text(DOMAIN)
    mail = after.find_rdataset(f"mail.{DOMAIN}.", "A")
    assert ([one.to_text() for one in mail], mail.ttl) == (["127.0.3.25"], 60)
    assert after.get_node(f"fjarr.{DOMAIN}.") is None
    assert len(after.find_rdataset(origin, "TXT")) == 1
    assert len(after.find_rdataset(origin, "NS")) == 2, "the zone's own name servers are not taken away so"
    assert after.get_rdataset(f"www.{DOMAIN}.", "A") is None, "nothing stands beside an alias"
    assert soa(after).serial == soa(zone).serial + 1
    assert updated(after, sent(update())) is None


def test_a_long_transfer_is_several_signed_messages(tmp_path: Path) -> None:
    head = plan()[DOMAIN]
    write(tmp_path, read(head + "".join(f"n{number} 60 A 127.0.8.1\n" for number in range(450)), DOMAIN))
    key = dns.tsig.Key("skyflytt.", b"k" * 32, dns.tsig.HMAC_SHA256)
    server = NameServer(Zones(tmp_path), key)
    query = dns.message.make_query(DOMAIN, "AXFR")
    query.use_tsig(key)
    wires = list(server.respond(query.to_wire(), stream=True))
    assert len(wires) > 4
    context, found = None, []
    for wire in wires:
        answer = dns.message.from_wire(
            wire, keyring=key, request_mac=query.mac, xfr=True, tsig_ctx=context, multi=True, origin=None
        )
        assert answer.had_tsig
        context = answer.tsig_ctx
        found += [one.name.to_text() for one in answer.answer]
    assert sum(name.startswith("n") and name.endswith(f".{DOMAIN}.") for name in found) == 450 + 1
    assert found[0] == found[-1] == f"{DOMAIN}."


def test_what_is_no_query_gets_an_answer_that_says_so_or_none(tmp_path: Path) -> None:
    write(tmp_path, read(plan()[DOMAIN], DOMAIN))
    server = NameServer(Zones(tmp_path), dns.tsig.Key("skyflytt.", b"k" * 32, dns.tsig.HMAC_SHA256))
    good = dns.message.make_query(DOMAIN, "MX").to_wire()
    (broken,) = server.respond(good[:-3], stream=False)
    assert dns.message.from_wire(broken).rcode() == dns.rcode.FORMERR
    assert list(server.respond(b"x", stream=False)) == []
    assert list(server.respond(dns.message.make_response(dns.message.from_wire(good)).to_wire(), stream=False)) == []


def test_a_zone_whose_writing_was_cut_off_is_the_old_one(tmp_path: Path) -> None:
    write(tmp_path, read(plan()[DOMAIN], DOMAIN))
    (tmp_path / f".{DOMAIN}.new").write_text("@ SOA half")
    assert Zones(tmp_path).at(dns.name.from_text(DOMAIN)) == read(plan()[DOMAIN], DOMAIN)
    assert [path.name for path in tmp_path.glob(f"*{SUFFIX}")] == [f"{DOMAIN}{SUFFIX}"]


def test_a_resolver_keeps_what_it_knows_until_its_time_is_over(living: Sandbox) -> None:
    sandbox, clock = lifecycle.up(living.root), MovableClock(datetime(2026, 10, 1, 8, 0, tzinfo=UTC))
    where = sandbox.servers["ns1"]
    resolver = Resolver(((where.host, where.port),), clock)

    def known(name: str) -> list[str]:
        (wire,) = resolver.respond(dns.message.make_query(name, "TXT").to_wire(), stream=False)
        return [rdata.to_text() for one in dns.message.from_wire(wire).answer for rdata in one]

    name = f"bevarad.{DOMAIN}"
    assert known(name) == []
    change(sandbox, "bevarad", '"ett"')
    assert known(name) == [], "that there is nothing is kept as well"
    clock.advance(timedelta(seconds=300))
    assert known(name) == ['"ett"']
    change(sandbox, "bevarad", '"tre"')
    clock.advance(timedelta(seconds=299))
    assert known(name) == ['"ett"']
    clock.advance(timedelta(seconds=1))
    assert known(name) == ['"tre"']


def test_everybody_else_finds_names_through_the_resolver(sandbox: Sandbox) -> None:
    where = sandbox.servers["resolver"]
    asking = dns.resolver.Resolver(configure=False)
    asking.nameservers, asking.port = [where.host], where.port
    assert [one.to_text() for one in asking.resolve(f"autodiscover.{DOMAIN}", "A")] == ["127.0.2.1"]
