"""A zone's way to the new provider and back, over a host in memory."""

from __future__ import annotations

from datetime import timedelta

import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.deadline.table import deadlines
from skyflytt.dns.apply import apply
from skyflytt.dns.master_file import to_text
from skyflytt.dns.planning import plan
from skyflytt.dns.rollback import roll_back
from skyflytt.dns.rows import ZoneState, row_of
from skyflytt.dns.snapshot import snapshot
from skyflytt.dns.ttl import lower, raise_ttl
from skyflytt.dns.verify import verify
from skyflytt.dns.zone import Zone
from skyflytt.errors.dns import TtlNotOver
from skyflytt.ledger import journal
from tests.dns.conftest import Make
from tests.dns.memory_host import MemoryHost


def test_there_and_back(make: Make, host: MemoryHost, zone: Zone, clock: MovableClock) -> None:
    move = make()
    kept = snapshot(move)
    found = plan(move)
    found.raise_if_unsafe(1 / 3)
    waiting = lower(move)
    assert waiting.wait_until == clock.now() + timedelta(seconds=14400)
    assert deadlines(move.ledger, "norrsken")["dns-ttl.norrsken.example"].at == waiting.wait_until
    mx = host.zone.find("norrsken.example.", "MX")
    assert mx is not None
    assert mx.ttl_s == 300
    with pytest.raises(TtlNotOver):
        apply(move, found.hash)
    clock.advance(timedelta(hours=4))
    apply(move, found.hash)
    mx = host.zone.find("norrsken.example.", "MX")
    assert mx is not None
    assert (mx.values, mx.ttl_s) == (("10 mx.newhome.example.", "20 mx-b.newhome.example."), 300)
    assert all(one.right for one in verify(move))
    raise_ttl(move)
    srv = host.zone.find("_autodiscover._tcp.norrsken.example.", "SRV")
    assert srv is not None
    assert srv.ttl_s == 7200
    roll_back(move)
    assert host.zone.sets == zone.sets
    assert host.zone.serial != zone.serial
    assert to_text(zone) == kept.file.read_text()
    assert row_of(move.ledger, "norrsken", "norrsken.example").state is ZoneState.RETURNED
    assert "dns-ttl.norrsken.example" not in deadlines(move.ledger, "norrsken")
    actions = [one.action for one in journal.entries(move.ledger, "norrsken") if one.action.startswith("dns-")]
    assert actions == [
        *("dns-snapshot", "dns-planned", "dns-lowering", "dns-verified", "dns-lowered", "dns-applying", "dns-applied"),
        *("dns-verified", "dns-raising", "dns-raised", "dns-returning", "dns-returned"),
    ]
