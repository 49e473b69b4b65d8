"""Which servers are asked: the project file's, else those of the zone and those that resolvers are sent to, at all addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.dns.asking import Server
from skyflytt.dns.look import authoritative_servers, look_at_servers, resolvers_of
from skyflytt.dns.queried import query_zone, resolver_of
from skyflytt.dns.records import record_set
from skyflytt.dns.targets import missing_targets
from skyflytt.dns.usual_names import usual_questions
from skyflytt.dns.verdict import Answer, ServerVerdict, all_authoritative
from skyflytt.dns.zone import Change, Zone, with_sets
from tests.dns.conftest import domain_of
from tests.real.bind import Bind, running_bind

OUTSIDE = "@ NS ns.outside.example.\nns A 127.0.0.1\nns AAAA ::1\nsecond A 127.0.0.2\n"
MOVED = "@ NS ns.outside.example.\n@ NS second.outside.example.\n@ MX 10 mx1.rcloud.example.\nwww A 192.0.2.1\n"


@pytest.fixture(scope="module")
def bind(require_debian: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bind]:
    """A server that knows the addresses of other name servers, and the domain as it is delegated."""
    named = require_debian("bind9", binary="named")
    zones = {"outside.example": OUTSIDE, "norrsken.example": MOVED}
    with running_bind(named, tmp_path_factory.mktemp("bind"), zones) as running:
        yield running


@pytest.mark.real
def test_servers_of_the_zone_and_of_its_delegation(bind: Bind) -> None:
    names = ["ns1.norrsken.example", "ns.outside.example", "nowhere.outside.example"]
    own = record_set("norrsken.example", "NS", 60, names)
    glue = record_set("ns1.norrsken.example", "A", 60, ["192.0.2.53", "192.0.2.54"])
    zone = Zone("norrsken.example.", tuple(sorted((own, glue))))
    asking = [Server("resolver", "127.0.0.1", bind.primary)]
    assert authoritative_servers(domain_of(), zone, asking) == [
        Server("nowhere.outside.example.", ""),
        Server("ns.outside.example.", "127.0.0.1"),
        Server("ns.outside.example.", "::1"),
        Server("ns1.norrsken.example.", "192.0.2.53"),
        Server("ns1.norrsken.example.", "192.0.2.54"),
        Server("second.outside.example.", "127.0.0.2"),
    ]
    given = domain_of(name_servers=["192.0.2.1:5353", "[2001:db8::1]:53"])
    assert [(one.address, one.port) for one in authoritative_servers(given, zone, asking)] == [
        ("192.0.2.1", 5353),
        ("2001:db8::1", 53),
    ]


@pytest.mark.real
def test_everybody_is_asked(bind: Bind) -> None:
    ports = [f"127.0.0.1:{bind.primary}", f"127.0.0.1:{bind.secondary}"]
    domain = domain_of(name_servers=ports, resolvers=ports[:1])
    clock = MovableClock(datetime(2026, 8, 1, tzinfo=UTC))
    old = record_set("www.norrsken.example", "A", 3600, ["192.0.2.1"])
    new = record_set("www.norrsken.example", "A", 300, ["192.0.2.2"])
    zone = with_sets(Zone("norrsken.example.", ()), {("www.norrsken.example.", "A"): old})
    found = look_at_servers(domain, zone, [Change(new, old)], clock)
    assert [(one.kind, one.port, one.answer) for one in found] == [
        ("authoritative", bind.primary, Answer.RIGHT),
        ("authoritative", bind.secondary, Answer.RIGHT),
        ("resolver", bind.primary, Answer.RIGHT),
    ]
    later = look_at_servers(domain, with_sets(zone, {("www.norrsken.example.", "A"): new}), [Change(old, new)], clock)
    assert [one.answer for one in later] == [Answer.LAGGING, Answer.LAGGING, Answer.CACHED]


@pytest.mark.real
def test_a_zone_as_it_can_be_asked_for(bind: Bind) -> None:
    domain = domain_of(resolvers=[f"127.0.0.1:{bind.primary}"])
    found = query_zone("norrsken.example", usual_questions(), resolver_of(domain))
    assert [(one.name, one.type) for one in found.zone.sets] == [
        ("norrsken.example.", "MX"),
        ("norrsken.example.", "NS"),
        ("www.norrsken.example.", "A"),
    ]
    assert (found.unanswered, found.asked) == (0, len(list(usual_questions())))


def test_resolvers_of_this_machine_unless_named() -> None:
    assert resolvers_of(domain_of(resolvers=["9.9.9.9", "[2620:fe::fe]:5353"])) == [
        Server("9.9.9.9", "9.9.9.9", 53),
        Server("[2620:fe::fe]:5353", "2620:fe::fe", 5353),
    ]


@pytest.mark.parametrize(
    ("answers", "right"),
    [
        ([], False),
        ([Answer.RIGHT], True),
        ([Answer.RIGHT, Answer.UNREACHED], True),
        ([Answer.UNREACHED], False),
        ([Answer.RIGHT, Answer.LAME], False),
        ([Answer.RIGHT, Answer.SILENT], False),
    ],
)
def test_all_servers_that_can_be_reached_have_to_be_right(answers: list[Answer], right: bool) -> None:
    late = ServerVerdict("resolver", "", "9.9.9.9", 53, Answer.CACHED)
    found = [ServerVerdict("authoritative", "ns", "192.0.2.1", 53, one) for one in answers]
    assert all_authoritative([*found, late]) is right


def test_sentences() -> None:
    until = datetime(2026, 8, 1, 12, tzinfo=UTC)
    said = ServerVerdict("resolver", "9.9.9.9", "9.9.9.9", 53, Answer.CACHED, None, (("n.example.", "MX"),), until)
    assert said.sentence == "resolver 9.9.9.9: cached until 2026-08-01 12:00:00 UTC (n.example. MX)"
    ns = ServerVerdict("authoritative", "ns1.n.example.", "192.0.2.1", 53, Answer.RIGHT, 7)
    assert ns.sentence == "authoritative ns1.n.example. (192.0.2.1): right, serial 7"
    nowhere = ServerVerdict("authoritative", "ns2.n.example.", "", 53, Answer.LAME, detail="no address")
    assert nowhere.sentence == "authoritative ns2.n.example.: lame (no address)"


@pytest.mark.real
@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("MX", "10 ns.outside.example", []),
        ("MX", "10 slip.outside.example", ["slip.outside.example. does not exist"]),
        ("MX", "10 outside.example", ["outside.example. has no A or AAAA"]),
        ("MX", "10 mail.norrsken.example", []),
        ("MX", "0 .", []),
        ("MX", "10 unknown.elsewhere.example", []),
        ("TXT", "v=spf1 include:outside.example include:%{i}.outside.example -all", ["outside.example. has no TXT"]),
        ("CNAME", "key._domainkey.outside.example", ["key._domainkey.outside.example. does not exist"]),
        ("A", "192.0.2.1", []),
    ],
)
def test_what_new_records_lead_to_has_to_be_there(bind: Bind, kind: str, value: str, words: list[str]) -> None:
    """A name that the server knows nothing of is no finding."""
    resolver = resolver_of(domain_of(resolvers=[f"127.0.0.1:{bind.primary}"]))
    after = record_set("x.norrsken.example", kind, 60, [value])
    assert missing_targets("norrsken.example.", [Change(None, after)], resolver) == words
    assert missing_targets("norrsken.example.", [Change(after, after), Change(after, None)], resolver) == []
