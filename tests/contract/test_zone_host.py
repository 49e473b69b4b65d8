"""What every `ZoneHost` must do, over every adapter. What a host can do decides what is expected, not what it is."""

from __future__ import annotations

import contextlib
import logging
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest

from skyflytt.dns.hosts.changes import but_for_strings, exactly
from skyflytt.dns.port import ZoneHost
from skyflytt.dns.zone import Change, RecordSet, Zone, changes_between, with_sets
from skyflytt.errors.base import Failure, NeedsPerson, Transient
from skyflytt.errors.dns import (
    ChangeByHand,
    ChangeLost,
    ChangeRefused,
    HostUnreachable,
    ZoneMoved,
    ZoneNotFound,
    ZoneRefused,
)
from tests.contract.zone_hosts import PLACES, Place, seed

pytestmark = pytest.mark.real


@pytest.fixture(scope="module", params=PLACES, ids=lambda place: place.__name__)
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, require_debian: Callable[..., str]
) -> Iterator[Place]:
    with request.param(tmp_path_factory.mktemp(request.param.__name__), require_debian) as opened:
        yield opened


@pytest.fixture
def zone_name(place: Place) -> str:
    return place.new_zone()


@pytest.fixture
def host(place: Place, zone_name: str) -> Iterator[ZoneHost]:
    with contextlib.closing(place.open(zone_name)) as opened:
        yield opened


def change(place: Place, name: str, host: ZoneHost, changes: Sequence[Change], expected: Zone) -> None:
    """Made by the host or, where it cannot, by a person who is told to."""
    if host.capabilities.writes:
        host.change(changes, expected)
        return
    with pytest.raises(ChangeByHand):
        host.change(changes, expected)
    for one in sorted(changes, key=lambda one: one.after is not None):
        place.put(name, one)
    host.change(changes, expected)


def cutover(zone: Zone) -> list[Change]:
    """The evening's changes: mail elsewhere, an alias in the place of addresses and the other way round, new names, some gone."""

    def one(name: str, kind: str, ttl_s: int, *values: str) -> Change:
        full = f"{name}.{zone.origin}" if name else zone.origin
        after = RecordSet(full, kind, ttl_s, tuple(sorted(values))) if values else None
        return Change(zone.find(full, kind), after)

    return [
        one("", "MX", 300, "5 mx.new.example.", "10 mx1.old.example."),
        one("", "TXT", 300, '"v=spf1 include:new.example -all"'),
        one("www", "CNAME", 0),
        one("www", "A", 300, "198.51.100.1"),
        one("web", "AAAA", 0),
        one("web", "A", 0),
        one("web", "CNAME", 300, "www.new.example."),
        one("new", "TXT", 300, '"one; two"', f'"{"c" * 255}" "{"d" * 45}"'),
        one("_dmarc", "TXT", 300, *(zone.find(f"_dmarc.{zone.origin}", "TXT") or RecordSet("", "", 0, ())).values),
        one("*", "A", 300, "198.51.100.2"),
    ]


def test_reads_the_zone_as_it_is(place: Place, host: ZoneHost) -> None:
    found = host.read()
    own = {(host.origin, "NS"), (f"ns1.{host.origin}", "A"), (f"ns2.{host.origin}", "A")}
    more = {key for key in found.by_key() if key[0] == f"private.{host.origin}"}
    seen = [one for key, one in found.by_key().items() if key not in own | more]
    assert [one.name for one in seen] == [one.name for one in seed(host.origin)]
    same = exactly if place.keeps_strings else but_for_strings
    assert [one for one, wanted in zip(seen, seed(host.origin), strict=True) if not same(one, wanted)] == []
    assert found.find(host.origin, "NS")
    assert found.origin == host.origin == host.origin.lower()
    assert (found.serial is not None) == host.capabilities.tells_serial
    assert found.sets == tuple(sorted(found.sets))
    assert host.read() == found


def test_makes_changes_and_takes_them_back(place: Place, zone_name: str, host: ZoneHost) -> None:
    before = host.read()
    changes = cutover(before)
    change(place, zone_name, host, changes, before)
    after = host.read()
    assert after.sets == with_sets(before, {one.key: one.after for one in changes}).sets
    change(place, zone_name, host, list(changes_between(after, before)), after)
    assert host.read().sets == before.sets


def test_makes_what_is_left_and_does_nothing_when_all_is_made(place: Place, zone_name: str, host: ZoneHost) -> None:
    before = host.read()
    changes = cutover(before)
    change(place, zone_name, host, changes[:3], before)
    change(place, zone_name, host, changes, before)
    made = host.read()
    host.change(changes, before)
    assert host.read() == made


def test_a_set_that_somebody_changed_meanwhile_is_told_and_nothing_is_made(
    place: Place, zone_name: str, host: ZoneHost
) -> None:
    before = host.read()
    changes = cutover(before)
    theirs = RecordSet(host.origin, "MX", 3600, ("10 mx.third.example.",))
    place.put(zone_name, Change(None, theirs))
    with pytest.raises(ZoneMoved, match="third"):
        host.change(changes, before)
    assert host.read().sets == with_sets(before, {(host.origin, "MX"): theirs}).sets


def test_a_name_that_somebody_made_meanwhile_is_told(place: Place, zone_name: str, host: ZoneHost) -> None:
    before = host.read()
    theirs = RecordSet(f"new.{host.origin}", "TXT", 3600, ('"theirs"',))
    place.put(zone_name, Change(None, theirs))
    with pytest.raises(ZoneMoved, match="theirs"):
        host.change(cutover(before), before)
    assert host.read().find(host.origin, "MX") == before.find(host.origin, "MX")


def test_sets_that_nobody_named_stay_as_others_made_them(place: Place, zone_name: str, host: ZoneHost) -> None:
    before = host.read()
    theirs = RecordSet(f"xn--bcker-gra.{host.origin}", "A", 3600, ("203.0.113.7",))
    place.put(zone_name, Change(None, theirs))
    change(place, zone_name, host, cutover(before), before)
    assert host.read().find(theirs.name, "A") == theirs


IMPOSSIBLE = (
    (RecordSet("elsewhere.example.", "A", 3600, ("192.0.2.1",)), "not in the zone"),
    (RecordSet("{}", "SOA", 3600, ("a. b. 1 2 3 4 5",)), "whoever serves the zone"),
    (RecordSet("x.{}", "A", 2**31, ("192.0.2.1",)), "TTL"),
    (RecordSet("x.{}", "A", 3600, ("no address",)), "x"),
    (RecordSet("x.{}", "A", 3600, ()), "without records"),
)


def test_what_can_never_be_is_refused_before_anything_is_made(host: ZoneHost) -> None:
    before = host.read()
    for wrong, words in IMPOSSIBLE:
        after = replace(wrong, name=wrong.name.format(host.origin))
        with pytest.raises(ChangeRefused, match=words):
            host.change([*cutover(before), Change(None, after)], before)
    twice = [*cutover(before), cutover(before)[0]]
    with pytest.raises(ChangeRefused, match="named twice"):
        host.change(twice, before)
    with pytest.raises(ChangeRefused, match=r"planned for another\."):
        host.change(cutover(before), replace(before, origin="another."))
    assert host.read() == before


def test_types_that_the_host_cannot_change_are_refused_in_words(host: ZoneHost) -> None:
    if host.capabilities.types is None:
        pytest.skip("it changes every type")
    before = host.read()
    wrong = Change(None, RecordSet(f"x.{host.origin}", "TYPE65280", 3600, ("\\# 2 0102",)))
    with pytest.raises(ChangeRefused, match=f"{host.capabilities.name} does not let records of this type"):
        host.change([*cutover(before), wrong], before)
    assert host.read() == before


def test_a_ttl_below_the_shortest_is_refused(host: ZoneHost) -> None:
    if not host.capabilities.min_ttl_s:
        pytest.skip("it keeps every TTL")
    before = host.read()
    with pytest.raises(ChangeRefused, match="the shortest is"):
        host.change([Change(None, RecordSet(f"x.{host.origin}", "A", 5, ("192.0.2.1",)))], before)


def test_a_host_that_says_yes_and_does_nothing_is_told(place: Place, host: ZoneHost) -> None:
    if place.lose is None:
        pytest.skip("it does what it says")
    before = host.read()
    place.lose(True)
    try:
        with pytest.raises(ChangeLost, match=r"mx\.new\.example"):
            host.change(cutover(before), before)
    finally:
        place.lose(False)
    host.change(cutover(before), before)


def test_it_waits_when_the_host_asks_to_and_not_by_the_real_clock(place: Place, host: ZoneHost) -> None:
    if place.busy is None:
        pytest.skip("it never asks")
    before = host.read()
    place.busy()
    began = place.time.at
    host.change(cutover(before), before)
    assert place.time.at > began


def test_a_kill_between_two_records_of_a_set_is_no_change_of_somebody_elses(
    place: Place, zone_name: str, host: ZoneHost
) -> None:
    if host.capabilities.atomic or place.kill_midway is None:
        pytest.skip("its changes are whole")
    before = host.read()
    after = RecordSet(host.origin, "MX", 300, ("10 mx1.new.example.", "20 mx2.new.example.", "30 mx3.new.example."))
    changes = [Change(before.find(host.origin, "MX"), after)]
    place.kill_midway()
    with pytest.raises(HostUnreachable):
        host.change(changes, before)
    midway = host.read().find(host.origin, "MX")
    assert midway not in (changes[0].before, after)
    with contextlib.closing(place.open(zone_name)) as again:
        again.change(changes, before)
    assert host.read().find(host.origin, "MX") == after


def test_a_zone_that_is_not_there_is_told(place: Place) -> None:
    with pytest.raises((ZoneNotFound, ZoneRefused, HostUnreachable)) as told:
        place.open("nowhere.example").read()
    assert isinstance(told.value, ZoneNotFound) or not place.secret
    assert "nowhere.example" in str(told.value)


def test_a_wrong_secret_is_a_matter_for_a_person_and_no_secret_is_ever_shown(
    place: Place, zone_name: str, caplog: pytest.LogCaptureFixture
) -> None:
    if place.secret is None:
        pytest.skip("it has none")
    caplog.set_level(logging.DEBUG)
    wrong = "d3Jvbmctb25lLW9mLXRoZS10ZXN0cw=="
    with pytest.raises(NeedsPerson) as told:
        place.open(zone_name if place.knows_secrets else "nowhere.example", wrong).read()
    with contextlib.closing(place.open(zone_name)) as host:
        before = host.read()
        with pytest.raises(Failure) as refused:
            host.change([Change(None, RecordSet(host.origin, "MX", 3600, ("1 x.example.",)))], before)
    shown = [*traceback.format_exception(told.value), *traceback.format_exception(refused.value), repr(host)]
    shown += [repr(vars(host)), *(record.getMessage() for record in caplog.records)]
    for text in shown:
        assert wrong not in text
        assert place.secret not in text


def test_nobody_at_home_is_transient(place: Place, zone_name: str) -> None:
    if place.settings["kind"] == "by-hand":
        pytest.skip("its name servers are the domain's")
    nowhere = {"rfc2136": {"port": 1}, "route53": {"endpoint_url": "http://127.0.0.1:1"}}
    more = nowhere.get(place.settings["kind"], {"url": "https://localhost:1/x"})
    with pytest.raises(Transient):
        place.open(zone_name, **more).read()
