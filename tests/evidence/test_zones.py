"""The zones in the evidence: before, after, and neither more nor less than what was done."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from skyflytt.deadline.clock import MovableClock
from skyflytt.dns.apply import apply
from skyflytt.dns.master_file import digest, from_text
from skyflytt.dns.planning import plan
from skyflytt.dns.rollback import roll_back
from skyflytt.dns.snapshot import snapshot
from skyflytt.dns.ttl import raise_ttl
from skyflytt.evidence.write import write_evidence
from tests.dns.conftest import Make, clock, host, ledger, make, zone  # noqa: F401
from tests.dns.memory_host import MemoryHost


def test_before_and_after(make: Make, host: MemoryHost, clock: MovableClock, tmp_path: Path) -> None:  # noqa: F811
    move = make()
    folder = tmp_path / "evidence"
    assert not any(one.name.startswith("dns/") for one in write_evidence(move.ledger, "norrsken", folder).files)
    first = snapshot(move)
    apply(move, agreed := plan(move).hash, without_waiting=True)
    clock.advance(timedelta(days=7))
    raise_ttl(move)
    names = [one.name for one in write_evidence(move.ledger, "norrsken", folder).files if one.name.startswith("dns/")]
    assert names == [f"dns/norrsken.example.{one}" for one in ("after.zone", "before.zone", "json")]
    before, after = ((folder / name).read_text() for name in reversed(names[:2]))
    assert digest(before) == first.digest
    assert from_text(after, "after").sets == host.zone.sets
    told = json.loads((folder / names[2]).read_text())
    assert (told["plan"], told["state"], told["changes"], told["after"]) == (agreed, "raised", 11, digest(after))
    roll_back(move)
    names = [one.name for one in write_evidence(move.ledger, "norrsken", folder).files if one.name.startswith("dns/")]
    assert names == ["dns/norrsken.example.before.zone", "dns/norrsken.example.json"]
