"""A source that is nobody's to empty is in no plan, and the record and the gates say why."""

from __future__ import annotations

from skyflytt.decommission.exempt import exempt, exempt_places, why_exempt
from skyflytt.decommission.plan import make_plan, nothing_to_delete
from skyflytt.ledger.journal import entries
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.workloads import ensure_workload
from skyflytt.playbook.gates import deletion_approved, deletions_completed

WHY = "It was handed over as files."


def test_it_is_in_no_plan_and_comes_back_with_another_source(ledger: Ledger) -> None:
    anna = ensure_workload(ledger, "norrsken", "mailbox", "anna")
    homes = ensure_workload(ledger, "norrsken", "share", "homes")
    before = make_plan(ledger, "norrsken")
    assert [place.place for place in before.places] == [anna.label, homes.label]

    exempt(ledger, anna, "", by="test")  # an account like any other: nothing to say
    exempt(ledger, anna, WHY, by="test")
    exempt(ledger, anna, WHY, by="test")
    assert [place.place for place in make_plan(ledger, "norrsken").places] == [homes.label]
    assert make_plan(ledger, "norrsken").hash != before.hash
    assert exempt_places(ledger, "norrsken") == {anna.label: WHY}
    assert not nothing_to_delete(ledger, "norrsken")

    exempt(ledger, anna, "", by="test")
    assert (why_exempt(ledger, anna), make_plan(ledger, "norrsken")) == ("", before)
    actions = [(one.action, one.subject) for one in entries(ledger, "norrsken")]
    assert actions == [("erasure-not-applicable", anna.label), ("erasure-applicable", anna.label)]


def test_the_gates_do_not_wait_for_what_cannot_be(ledger: Ledger) -> None:
    anna = ensure_workload(ledger, "norrsken", "mailbox", "anna")
    for gate in (deletion_approved, deletions_completed):
        assert gate.check(ledger, "norrsken") is not None
    exempt(ledger, anna, WHY, by="test")
    for gate in (deletion_approved, deletions_completed):
        assert gate.check(ledger, "norrsken") is None
    ensure_workload(ledger, "norrsken", "share", "homes")
    for gate in (deletion_approved, deletions_completed):
        assert gate.check(ledger, "norrsken") is not None
