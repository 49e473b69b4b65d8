"""A zone's way with everything in it: kills, others who change the zone, hosts that say yes and do nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.dns.apply import apply
from skyflytt.dns.move import DomainMove
from skyflytt.dns.planning import plan
from skyflytt.dns.port import Capabilities
from skyflytt.dns.records import differences, record_set
from skyflytt.dns.rollback import roll_back
from skyflytt.dns.rows import ZoneState, row_of
from skyflytt.dns.snapshot import snapshot
from skyflytt.dns.ttl import lower, raise_ttl
from skyflytt.dns.zone import Change, Zone
from skyflytt.errors.dns import (
    ChangeLost,
    NoSnapshot,
    NotLowered,
    PlanChanged,
    PlanMissing,
    PlanTooLarge,
    PlanUndecided,
    ServersDisagree,
    SnapshotInUse,
    TtlNotOver,
    ZoneInUse,
    ZoneMoved,
)
from tests.dns.conftest import DECIDED, Make
from tests.dns.memory_host import Killed, MemoryHost

MX = ("norrsken.example.", "MX")
CHANGES = 11


def ready(move: DomainMove, clock: MovableClock) -> str:
    """Lowered and waited for; the plan's hash."""
    snapshot(move)
    found = plan(move)
    lower(move)
    clock.advance(timedelta(hours=4))
    return found.hash


def other_hand(host: MemoryHost, name: str, kind: str, *values: str) -> None:
    after = record_set(name, kind, 600, values)
    host.set(Change(host.zone.find(after.name, kind), after))


def state(move: DomainMove) -> ZoneState:
    return row_of(move.ledger, move.project, move.domain.name).state


@pytest.mark.parametrize("done", [0, 1, 5, CHANGES - 1])
def test_killed_between_changes_it_goes_on(make: Make, host: MemoryHost, clock: MovableClock, done: int) -> None:
    move = make()
    agreed = ready(move, clock)
    host.changes.clear()
    host.killed_after = done
    with pytest.raises(Killed):
        apply(move, agreed)
    assert state(move) is ZoneState.APPLYING
    assert len(apply(move, agreed).changes) == CHANGES - done
    assert len(host.changes) == CHANGES
    assert state(move) is ZoneState.APPLIED
    assert apply(move, agreed).changes == ()


@pytest.mark.parametrize("done", [0, 1, 5, CHANGES - 1])
def test_killed_between_changes_it_rolls_back(
    make: Make, host: MemoryHost, zone: Zone, clock: MovableClock, done: int
) -> None:
    move = make()
    agreed = ready(move, clock)
    host.killed_after = done
    with pytest.raises(Killed):
        apply(move, agreed)
    host.killed_after = min(done, 3)
    with pytest.raises(Killed):
        roll_back(move)
    with pytest.raises(PlanMissing, match="returning"):
        apply(move, agreed)
    roll_back(move)
    assert host.zone.sets == zone.sets
    assert state(move) is ZoneState.RETURNED
    assert roll_back(move).changes == ()


def test_killed_while_ttls_are_lowered_the_wait_begins_with_the_last(
    make: Make, host: MemoryHost, clock: MovableClock
) -> None:
    move = make()
    snapshot(move)
    agreed = plan(move).hash
    host.killed_after = 4
    with pytest.raises(Killed):
        lower(move)
    with pytest.raises(NotLowered):
        apply(move, agreed)
    clock.advance(timedelta(hours=3))
    assert lower(move).wait_until == clock.now() + timedelta(hours=4)
    until = lower(move).wait_until
    clock.advance(timedelta(hours=1))
    assert lower(move).wait_until == until, "asked for again, it is not waited for anew"


def test_a_zone_that_somebody_changed_is_left_alone(make: Make, host: MemoryHost, clock: MovableClock) -> None:
    move = make()
    agreed = ready(move, clock)
    other_hand(host, "new.norrsken.example", "A", "192.0.2.1")
    before = host.zone
    for step in (lambda: plan(move), lambda: lower(move), lambda: apply(move, agreed)):
        with pytest.raises(ZoneMoved, match=r"serial 2026010101 then, \d+ now; new A changed since the snapshot"):
            step()
    assert host.zone == before


def test_a_record_of_the_plan_that_somebody_changed(
    make: Make, host: MemoryHost, zone: Zone, clock: MovableClock
) -> None:
    move = make()
    agreed = ready(move, clock)
    other_hand(host, MX[0], "MX", "10 elsewhere.example")
    with pytest.raises(ZoneMoved, match="@ MX"):
        apply(move, agreed)
    roll_back(move)
    assert host.zone.sets == zone.sets, "what this project changed is returned, whoever changed it after"


def test_a_serial_that_moved_without_any_change_is_no_reason_to_stop(
    make: Make, host: MemoryHost, clock: MovableClock
) -> None:
    move = make()
    agreed = ready(move, clock)
    host.zone = Zone(host.zone.origin, host.zone.sets, 2026020000)
    assert len(apply(move, agreed).changes) == CHANGES


def test_the_way_back_leaves_what_others_made_unless_told(
    make: Make, host: MemoryHost, zone: Zone, clock: MovableClock
) -> None:
    move = make()
    apply(move, ready(move, clock))
    other_hand(host, "_acme-challenge.norrsken.example", "TXT", "token")
    back = roll_back(move)
    assert [one.key[0] for one in back.others] == ["_acme-challenge.norrsken.example."]
    assert host.zone.find("_acme-challenge.norrsken.example.", "TXT") is not None
    assert host.zone.find(*MX) == zone.find(*MX)
    roll_back(move, over_others=True)
    assert host.zone.sets == zone.sets


def test_a_host_that_says_yes_and_does_nothing(make: Make, host: MemoryHost, clock: MovableClock) -> None:
    move = make()
    agreed = ready(move, clock)
    host.loses = frozenset({MX})
    with pytest.raises(ChangeLost, match=r"@ MX$"):
        apply(move, agreed)
    assert state(move) is ZoneState.APPLYING
    host.loses = frozenset()
    assert [one.key for one in apply(move, agreed).changes] == [MX]


def test_a_half_made_set_is_ours(make: Make, host: MemoryHost, clock: MovableClock) -> None:
    """A host that takes single records may be left with some old and some new ones."""
    move = make()
    agreed = ready(move, clock)
    host.killed_after = 0
    with pytest.raises(Killed):
        apply(move, agreed)
    half = record_set(MX[0], "MX", 300, ["10 mx.newhome.example", "20 mx2.rcloud.example"])
    host.set(Change(host.zone.find(*MX), half))
    assert len(apply(move, agreed).changes) == CHANGES


def test_only_the_plan_that_was_agreed_on_is_applied(make: Make, host: MemoryHost, clock: MovableClock) -> None:
    move = make()
    agreed = ready(move, clock)
    before = host.zone
    with pytest.raises(PlanChanged, match="was asked for"):
        apply(move, "0" * 64)
    changed = make(*DECIDED[1:], {"name": "@", "type": "MX", "values": ["10 other.newhome.example"]})
    with pytest.raises(PlanChanged, match="the project file now leads to"):
        apply(changed, agreed)
    assert host.zone == before


def test_nothing_undecided_or_too_large_is_applied(make: Make, host: MemoryHost) -> None:
    move = make(*DECIDED[1:])
    snapshot(move)
    before = host.zone
    with pytest.raises(PlanUndecided, match="@ MX"):
        apply(move, plan(move).hash, without_waiting=True)
    careful = make(removal_limit=0.0)
    with pytest.raises(PlanTooLarge):
        apply(careful, plan(careful).hash, without_waiting=True)
    assert host.zone == before
    apply(careful, plan(careful).hash, without_waiting=True, removal_limit=0.1)


def test_ttls_have_to_be_lowered_first_unless_told(make: Make, host: MemoryHost) -> None:
    move = make()
    snapshot(move)
    agreed = plan(move).hash
    with pytest.raises(NotLowered, match="@ MX"):
        apply(move, agreed)
    with pytest.raises(PlanMissing, match="planned"):
        raise_ttl(move)
    apply(move, agreed, without_waiting=True)
    with pytest.raises(PlanMissing, match="applied"):
        lower(move)
    raise_ttl(move)
    assert apply(move, agreed).changes == ()
    mx = host.zone.find(*MX)
    assert mx is not None
    assert mx.ttl_s == 14400, "applied again after TTLs were raised, they stay so"


def test_a_plan_that_is_corrected_after_the_cutover(
    make: Make, host: MemoryHost, zone: Zone, clock: MovableClock
) -> None:
    move = make()
    apply(move, ready(move, clock))
    better = make(*DECIDED[1:], {"name": "@", "type": "MX", "values": ["10 mx2.newhome.example"]})
    brought = apply(better, plan(better).hash, without_waiting=True)
    assert [one.key for one in brought.changes] == [MX]
    less = make(*[{**one} for one in DECIDED if one["name"] != "new._domainkey"])
    brought = apply(less, plan(less).hash, without_waiting=True)
    assert {one.key for one in brought.changes} == {MX, ("new._domainkey.norrsken.example.", "TXT")}
    roll_back(less)
    assert host.zone.sets == zone.sets


def test_ttls_that_are_not_at_every_server_yet(make: Make, clock: MovableClock, host: MemoryHost) -> None:
    move = make()
    snapshot(move)
    plan(move)
    behind = MemoryHost(host.zone)
    late = DomainMove(move.ledger, move.project, move.domain, host, move.by, move.folder, look=behind.look)
    with pytest.raises(ServersDisagree, match=r"192\.0\.2\.53"):
        lower(late)
    clock.advance(timedelta(hours=1))
    behind.zone = host.zone
    assert lower(late).wait_until == clock.now() + timedelta(hours=4), "the wait begins with the last server"


def test_the_snapshot_is_kept_while_the_way_back_needs_it(
    make: Make, host: MemoryHost, zone: Zone, clock: MovableClock
) -> None:
    move = make()
    with pytest.raises(NoSnapshot):
        plan(move)
    first = snapshot(move)
    assert snapshot(move).digest == first.digest
    agreed = ready(move, clock)
    with pytest.raises(SnapshotInUse):
        snapshot(move)
    apply(move, agreed)
    roll_back(move)
    assert snapshot(move).digest != first.digest, "the serial is another one"
    assert snapshot(move).zone.sets == zone.sets
    apply(move, plan(move).hash, without_waiting=True)
    anew = snapshot(move, anew=True)
    assert anew.zone == host.zone


def test_two_commands_at_once(make: Make, host: MemoryHost) -> None:
    """The second is told to wait before it has looked at anything."""
    move = make()
    snapshot(move)
    seen: list[type[BaseException]] = []

    class Meddling(MemoryHost):
        def read(self) -> Zone:
            with pytest.raises(ZoneInUse) as refused:
                roll_back(move)
            seen.append(refused.type)
            return super().read()

    slow = DomainMove(move.ledger, move.project, move.domain, Meddling(host.zone), move.by, move.folder, look=host.look)
    plan(slow)
    assert seen == [ZoneInUse]
    assert state(move) is ZoneState.PLANNED


def test_ttls_that_are_lowered_for_a_correction_leave_the_cutover_as_it_is(
    make: Make, host: MemoryHost, zone: Zone, clock: MovableClock
) -> None:
    move = make()
    apply(move, ready(move, clock))
    raise_ttl(move)
    better = make(*DECIDED[1:], {"name": "@", "type": "MX", "values": ["10 mx2.newhome.example"]})
    agreed = plan(better).hash
    with pytest.raises(NotLowered, match="@ MX"):
        apply(better, agreed)
    assert lower(better).wait_until == clock.now() + timedelta(hours=4)
    mx = host.zone.find(*MX)
    assert mx is not None
    assert (mx.ttl_s, mx.values[0]) == (300, "10 mx.newhome.example.")
    with pytest.raises(TtlNotOver):
        apply(better, agreed)
    clock.advance(timedelta(hours=4))
    apply(better, agreed)
    raise_ttl(better)
    assert host.zone.find(*MX) == record_set(MX[0], "MX", 14400, ["10 mx2.newhome.example"])
    roll_back(better)
    assert host.zone.sets == zone.sets


def test_a_host_that_cuts_texts_anew(make: Make, host: MemoryHost, zone: Zone) -> None:
    """Providers keep a text as one and cut it in their own way: that is neither a loss nor somebody else's change."""

    class Cutting(MemoryHost):
        def set(self, change: Change) -> None:
            cut = change.after
            if cut is not None and cut.type == "TXT":
                values = tuple(f'{one[:6]}" "{one[6:]}' for one in cut.values)
                cut = replace(cut, values=values)
            super().set(Change(change.before, cut))

    cutting = Cutting(zone)
    move = replace(make(), host=cutting, look=cutting.look)
    snapshot(move)
    agreed = plan(move).hash
    apply(move, agreed, without_waiting=True)
    assert '" "' in str(cutting.zone.find("_dmarc.norrsken.example.", "TXT"))
    assert apply(move, agreed, without_waiting=True).changes == ()
    assert raise_ttl(move).others == ()
    roll_back(move)
    assert differences(cutting.zone, zone) == []


def test_what_a_person_typed_wrongly_is_put_right_by_hand(make: Make, host: MemoryHost, zone: Zone) -> None:
    """Where only a person changes anything, a slip in a set of the plan is what is left to do, not somebody else's change."""
    host.capabilities = Capabilities("by hand", writes=False)
    move = make()
    snapshot(move)
    agreed = plan(move).hash
    host.killed_after = 0
    with pytest.raises(Killed):
        apply(move, agreed, without_waiting=True)
    other_hand(host, MX[0], "MX", "10 mx.newhoem.example")
    assert len(apply(move, agreed, without_waiting=True).changes) == CHANGES
    other_hand(host, "shop.norrsken.example", "A", "192.0.2.1")
    with pytest.raises(ZoneMoved, match="shop A"):
        apply(move, agreed, without_waiting=True)
    roll_back(move, over_others=True)
    assert host.zone.sets == zone.sets
