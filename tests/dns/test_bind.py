"""A zone's way there and back at BIND, with signed updates and two authoritative servers, of which one lags."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from skyflytt.deadline.clock import MovableClock, SystemClock
from skyflytt.dns import asking
from skyflytt.dns.apply import apply
from skyflytt.dns.asking import Server
from skyflytt.dns.authoritative import look_at_authoritative
from skyflytt.dns.hosts.rfc2136 import open_rfc2136
from skyflytt.dns.move import DomainMove
from skyflytt.dns.planning import plan
from skyflytt.dns.port import ZoneHost
from skyflytt.dns.records import record_set
from skyflytt.dns.resolving import look_at_resolver
from skyflytt.dns.rollback import roll_back
from skyflytt.dns.snapshot import snapshot
from skyflytt.dns.ttl import lower, raise_ttl
from skyflytt.dns.verdict import Answer
from skyflytt.dns.verify import verify
from skyflytt.dns.zone import Change, Zone, with_sets
from skyflytt.errors.dns import ServersDisagree, ZoneMoved
from skyflytt.ledger.ledger import Ledger
from skyflytt.project.domains import CustomerDomain
from skyflytt.project.servers.rfc2136 import Rfc2136Server
from tests.dns.conftest import DECIDED, OLD, RECORDS
from tests.dns.memory_host import Killed
from tests.real.bind import Bind, running_bind, running_resolver, trusted_key
from tests.real.processes import free_port

pytestmark = pytest.mark.real

NAMES = ("course", "killed", "moved", "looked-at", "cached")
SIGNED = frozenset({"signed.example", "bogus.example"})
MADE_BY_BIND = re.compile(r"^\S+ \d+ IN (RRSIG|NSEC|NSEC3|NSEC3PARAM|DNSKEY|CDS|CDNSKEY|TYPE65534) .*\n", re.MULTILINE)
SERIAL = re.compile(r"^(\S+ \d+ IN SOA \S+ \S+ )\d+ ", re.MULTILINE)
Move = Callable[..., DomainMove]


def of_zone(text: str, zone: str) -> str:
    return text.replace("norrsken.example", zone)


def master_file(zone: str) -> str:
    """The customer's records in this zone, and what only some zones have: a wildcard, a part that others serve."""

    def data(kind: str, value: str) -> str:
        if kind == "TXT":
            return f'"{value}"'
        return of_zone(value, zone) + ("." if kind in ("NS", "CNAME", "MX", "SRV") else "")

    lines = [f"{name} {ttl_s} {kind} {data(kind, value)}" for name, kind, ttl_s, values in RECORDS for value in values]
    return "\n".join([*lines, "*.wild 300 A 203.0.113.3", "part 300 NS ns.part", "ns.part 300 A 203.0.113.4"]) + "\n"


@pytest.fixture(scope="module")
def bind(require_debian: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bind]:
    zones = {name: master_file(name) for name in (*(f"{name}.example" for name in NAMES), *SIGNED)}
    named = require_debian("bind9", binary="named")
    with running_bind(named, tmp_path_factory.mktemp("bind"), zones, signed=SIGNED) as running:
        yield running


@pytest.fixture
def clock() -> MovableClock:
    """Signatures are of the machine's own time."""
    return MovableClock(SystemClock().now())


@pytest.fixture
def move_of(bind: Bind, ledger: Ledger, tmp_path: Path) -> Move:
    def made(zone: str, *decided: dict[str, Any], host: ZoneHost | None = None, **fields: Any) -> DomainMove:
        records = [
            {**one, "values": [of_zone(value, zone) for value in one.get("values", ())]} for one in decided or DECIDED
        ]
        servers = [f"127.0.0.1:{bind.primary}", f"127.0.0.1:{bind.secondary}"]
        data = {
            "name": zone,
            "old": OLD,
            "records": records,
            "name_servers": servers,
            "resolvers": servers[:1],
        } | fields
        return DomainMove(
            ledger, "norrsken", CustomerDomain.model_validate(data), host or host_of(bind, zone), "cecilia", tmp_path
        )

    return made


def host_of(bind: Bind, zone: str) -> ZoneHost:
    server = Rfc2136Server(kind="rfc2136", host="127.0.0.1", port=bind.primary, key_name=bind.key_name)
    return open_rfc2136(f"{zone}.", server, bind.secret)


def without_serial(text: str) -> str:
    return SERIAL.sub(r"\1 ", text)


def answers(move: DomainMove) -> list[Answer]:
    return [one.answer for one in verify(move) if one.kind == "authoritative"]


@pytest.mark.parametrize("zone", ["course.example", "signed.example"])
def test_there_and_back(bind: Bind, move_of: Move, clock: MovableClock, zone: str) -> None:
    """With a secondary that has each step only when it is told; rolled back, transfers are the same bytes but for the serial."""
    move = move_of(zone)
    before = MADE_BY_BIND.sub("", bind.transfer(zone))
    assert snapshot(move).zone.signed is (zone in SIGNED)
    agreed = plan(move)
    agreed.raise_if_unsafe(1 / 3)
    with pytest.raises(ServersDisagree, match=rf"127.0.0.1:{bind.secondary}: lagging, serial \d+"):
        lower(move)
    clock.advance(timedelta(hours=1))
    bind.catch_up(zone)
    assert lower(move).wait_until == clock.now() + timedelta(hours=4)
    clock.advance(timedelta(hours=4))
    apply(move, agreed.hash)
    assert answers(move) == [Answer.RIGHT, Answer.LAGGING]
    bind.catch_up(zone)
    assert answers(move) == [Answer.RIGHT, Answer.RIGHT]
    assert f"{zone}. 300 IN MX 10 mx.newhome.example.\n" in bind.transfer(zone, bind.secondary)
    raise_ttl(move)
    assert f"{zone}. 14400 IN MX 10 mx.newhome.example.\n" in bind.transfer(zone)
    roll_back(move)
    assert answers(move) == [Answer.RIGHT, Answer.LAGGING]
    bind.catch_up(zone)
    assert answers(move) == [Answer.RIGHT, Answer.RIGHT]
    for port in (bind.primary, bind.secondary):
        after = MADE_BY_BIND.sub("", bind.transfer(zone, port))
        assert after != before
        assert without_serial(after) == without_serial(before)


class DiesAfter:
    """A host whose caller is gone when it has made the changes, before anybody noted that."""

    def __init__(self, host: ZoneHost) -> None:
        self._host = host
        self.origin, self.capabilities = host.origin, host.capabilities
        self.read, self.close = host.read, host.close

    def change(self, changes: Sequence[Change], expected: Zone) -> None:
        self._host.change(changes, expected)
        raise Killed


def test_killed_right_after_the_update(bind: Bind, move_of: Move) -> None:
    zone = "killed.example"
    before = bind.transfer(zone)
    move = move_of(zone)
    dying = move_of(zone, host=DiesAfter(host_of(bind, zone)))
    snapshot(move)
    agreed = plan(move).hash
    with pytest.raises(Killed):
        apply(dying, agreed, without_waiting=True)
    assert apply(move, agreed, without_waiting=True).changes == ()
    with pytest.raises(Killed):
        roll_back(dying)
    roll_back(move)
    assert without_serial(bind.transfer(zone)) == without_serial(before)


def test_somebody_elses_update(bind: Bind, move_of: Move) -> None:
    zone = "moved.example"
    move = move_of(zone)
    snapshot(move)
    agreed = plan(move).hash
    apply(move, agreed, without_waiting=True)
    theirs = record_set(f"_acme-challenge.{zone}", "TXT", 60, ["token"])
    move.host.change([Change(None, theirs)], move.host.read())
    with pytest.raises(ZoneMoved, match="_acme-challenge TXT changed since the snapshot"):
        apply(move, agreed, without_waiting=True)
    assert len(roll_back(move).others) == 1
    assert "_acme-challenge" in bind.transfer(zone)
    roll_back(move, over_others=True)
    assert "_acme-challenge" not in bind.transfer(zone)


def test_servers_that_are_lame_silent_or_wrong(
    bind: Bind, monkeypatch: pytest.MonkeyPatch, clock: MovableClock
) -> None:
    now = clock.now()
    here = host_of(bind, "looked-at.example").read()
    changes = [Change(one, one) for one in here.sets]
    primary, secondary = Server("ns1", "127.0.0.1", bind.primary), Server("ns2", "127.0.0.1", bind.secondary)
    right = look_at_authoritative(primary, here, changes, now)
    assert (right.answer, right.serial) == (Answer.RIGHT, here.serial)
    nowhere = Zone("nowhere.example.", (), 1)
    lame = look_at_authoritative(secondary, nowhere, [], now)
    assert (lame.answer, lame.detail) == (Answer.LAME, "it answers REFUSED")
    with monkeypatch.context() as patience:
        patience.setattr(asking, "TIMEOUT_S", 0.2)
        silent = look_at_authoritative(Server("ns3", "127.0.0.1", free_port()), here, changes, now)
    assert silent.answer is Answer.SILENT
    other = record_set("mail.looked-at.example", "A", 60, ["192.0.2.1"])
    gone = with_sets(here, {(other.name, "A"): other})
    wrong = look_at_authoritative(primary, gone, [Change(None, other)], now)
    assert (wrong.answer, wrong.differing) == (Answer.WRONG, ((other.name, "A"),))
    assert "mail.looked-at.example. A" in wrong.sentence


@pytest.mark.parametrize(
    ("name", "answer"),
    [("x.wild", Answer.RIGHT), ("y.x.wild", Answer.RIGHT), ("x", Answer.LAGGING), ("host.part", Answer.RIGHT)],
)
def test_records_that_were_taken_away(bind: Bind, clock: MovableClock, name: str, answer: Answer) -> None:
    """Below a wildcard its answer is what is to be seen; what others serve is not asked for; else it has to be gone."""
    here = host_of(bind, "looked-at.example").read()
    gone = record_set(f"{name}.looked-at.example", "A", 300, ["203.0.113.99"])
    found = look_at_authoritative(Server("ns1", "127.0.0.1", bind.primary), here, [Change(gone, None)], clock.now())
    assert found.answer is Answer.RIGHT
    there = with_sets(here, {(gone.name, "A"): gone})
    found = look_at_authoritative(Server("ns1", "127.0.0.1", bind.primary), there, [Change(None, gone)], clock.now())
    assert found.answer is {"x": Answer.LAGGING, "x.wild": Answer.LAGGING, "y.x.wild": Answer.LAGGING}.get(name, answer)


def test_a_signed_zone_whose_signatures_do_not_hold(bind: Bind, clock: MovableClock) -> None:
    server = Server("ns1", "127.0.0.1", bind.primary)
    here = host_of(bind, "bogus.example").read()
    changes = [Change(one, one) for one in here.sets]
    assert look_at_authoritative(server, here, changes, clock.now()).answer is Answer.RIGHT
    later = look_at_authoritative(server, here, changes, clock.now() + timedelta(days=60))
    assert (later.answer, later.detail) == (Answer.UNSIGNED, "its signature: expired")
    unsigned = replace(host_of(bind, "looked-at.example").read(), signed=True)
    found = look_at_authoritative(server, unsigned, [Change(one, one) for one in unsigned.sets], clock.now())
    assert (found.answer, found.detail) == (Answer.UNSIGNED, "it is not signed")


def test_resolvers_remember_and_validate(
    bind: Bind, move_of: Move, clock: MovableClock, tmp_path: Path, require_debian: Callable[..., str]
) -> None:
    named = require_debian("bind9", binary="named")
    zones = {
        "cached.example": "",
        "signed.example": trusted_key(bind, "signed.example"),
        "bogus.example": trusted_key(bind, "signed.example"),
    }
    with running_resolver(named, tmp_path / "resolver", bind, zones) as port:
        server = Server("resolver", "127.0.0.1", port)
        move = move_of("cached.example", resolvers=[f"127.0.0.1:{port}"], name_servers=[f"127.0.0.1:{bind.primary}"])
        snapshot(move)
        agreed = plan(move).hash
        assert [one.answer for one in verify(move)] == [Answer.RIGHT, Answer.RIGHT]
        apply(move, agreed, without_waiting=True)
        late = verify(move)[1]
        assert late.answer is Answer.CACHED
        assert ("cached.example.", "MX") in late.differing
        assert late.until is not None
        assert timedelta(hours=3, minutes=50) < late.until - clock.now() <= timedelta(hours=4)
        roll_back(move)
        for zone, answer in (("signed.example", Answer.RIGHT), ("bogus.example", Answer.BOGUS)):
            here = host_of(bind, zone).read()
            mx = here.find(f"{zone}.", "MX")
            assert look_at_resolver(server, here, [Change(mx, mx)], clock.now()).answer is answer
