"""A switch under the EU Data Act: notice on 8 August 2026, ends 8 October, transition 7 November, retrieval 7 December, erasure after."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from skyflytt.deadline.regimes import DECIDED, set_contract_deadlines
from skyflytt.decommission.holds import HoldAnswer, answer_hold
from skyflytt.errors.playbook import AmountWrong, StepOutOfOrder
from skyflytt.ledger.projects import cut_over
from skyflytt.playbook.approvals import CUTOVER, approve
from skyflytt.playbook.perform import redo
from skyflytt.project.contract import Contract, LongerTransition, Regime
from tests.playbook.processes import facts
from tests.playbook.processes.conftest import ZONE
from tests.playbook.processes.walk import PROJECT, Walk

PLAYBOOK = "data-act-switch"
FOLLOWED = Regime(follow="data-act", decided_by="Ingrid Solberg", decided_on=date(2026, 8, 8), why="Counsel says so.")


@pytest.fixture
def contract(contract: dict[str, Any]) -> dict[str, Any]:
    return {**contract, "regime": FOLLOWED, "erasure_days": 0}


def again(walk: Walk, contract: dict[str, Any], **changes: Any) -> None:
    """The project file has changed; `advance` sets the deadlines anew."""
    given = Contract(**{**contract, **changes})
    set_contract_deadlines(walk.course.ledger, PROJECT, given, ZONE, walk.course.business, by="skyflytt")


def to_the_transition(walk: Walk) -> None:
    walk.move("2026-08-08T09:00")
    walk.do("choice", answer="switch")
    walk.do("lists", "assistance")
    walk.do("feasibility", answer="thirty-days")
    walk.flow("discovery", "transfer")
    walk.do("dns-by", answer="by-hand")
    walk.flow("rehearsal")
    walk.move("2026-10-09")


def move_over(walk: Walk, *, extension: str = "not-needed") -> None:
    walk.do("extension", answer=extension)
    walk.do("charges", cost_of_the_switch="1000", switching_charges="1000")
    facts.a_pass_ended(walk.course.ledger)
    approve(walk.course.ledger, PROJECT, CUTOVER, "Bengt Öberg")
    walk.settle()
    walk.flow("cutover")
    cut_over(walk.course.ledger, PROJECT, "Bengt Öberg")
    walk.do("records-by-hand")
    walk.flow("callers")
    facts.callers_counted(walk.course.ledger, 0)
    walk.settle()


def test_the_records_are_changed_by_an_approved_plan(walk: Walk) -> None:
    walk.move("2026-08-08T09:00")
    walk.do("choice", answer="switch")
    walk.do("lists", "assistance")
    walk.flow("discovery", "transfer")
    walk.do("dns-by", answer="program")
    walk.flow("dns-plan")
    facts.domain_planned(walk.course.ledger)
    facts.domain_approved(walk.course.ledger, "Bengt Öberg")
    walk.settle()
    walk.flow("ttl-lowered", "rehearsal")
    assert "records-by-hand" not in walk.left()


def to_the_erasure_order(walk: Walk, retrieval_over: str) -> None:
    walk.do("retrieval-opened", "end-notified")
    walk.move(retrieval_over)
    facts.no_holds(walk.course.ledger)
    walk.do("erasure-order", list_of_what_is_erased="mail, files, backups")


def test_the_dates_of_the_maxima(walk: Walk) -> None:
    dates = walk.dates()
    assert {name: dates[name] for name in dates if name != "notice-given"} == {
        "reasons-by": "2026-08-27 24:00",
        "notice-ends": "2026-10-08 24:00",
        "transition-ends": "2026-11-07 24:00",
        "retrieval-ends": "2026-12-07 24:00",
        "erasure": "2026-12-07 24:00",
    }
    assert [entry.actor for entry in walk.journal(DECIDED)] == ["Ingrid Solberg"]


def test_from_the_notice_to_the_erasure(walk: Walk) -> None:
    to_the_transition(walk)
    move_over(walk)
    walk.move("2026-11-07T23:59")
    walk.refused("retrieval-opened", StepOutOfOrder, "(transition-over, owner: provider)")
    walk.move("2026-11-08")
    walk.do("retrieval-opened", "end-notified")
    walk.move("2026-12-07T23:59")
    walk.refused("erasure-order", StepOutOfOrder, "(retrieval-over, owner: provider)")
    walk.move("2026-12-08")
    facts.no_holds(walk.course.ledger)
    walk.do("erasure-order")
    for person in ("Anna Åström", "Bengt Öberg"):
        walk.approve("erasure-order", person)
    walk.do("erasure")
    assert walk.left() == []


def test_nothing_is_erased_without_two_people_or_with_a_hold_or_after_a_change(walk: Walk) -> None:
    to_the_transition(walk)
    move_over(walk)
    walk.move("2026-11-08")
    to_the_erasure_order(walk, "2026-12-08")
    walk.refused("erasure", StepOutOfOrder, "0 of two different people have approved erasure-order")
    assert walk.approve("erasure-order", "Anna Åström")
    assert not walk.approve("erasure-order", "Anna Åström")
    walk.refused("erasure", StepOutOfOrder, "1 of two different people")
    walk.approve("erasure-order", "Bengt Öberg")
    redo(walk.course, "erasure-order", by="Anna Åström", comment="the drop, too")
    walk.do("erasure-order", list_of_what_is_erased="mail, files, backups, drop")
    walk.refused("erasure", StepOutOfOrder, "is void")
    for person in ("Anna Åström", "Bengt Öberg"):
        walk.approve("erasure-order", person)
    answer_hold(walk.course.ledger, PROJECT, "bookkeeping", HoldAnswer.KEEP, by="Anna Åström", reason="seven years")
    walk.refused("erasure", StepOutOfOrder, "something has to be kept (bookkeeping)")
    answer_hold(walk.course.ledger, PROJECT, "bookkeeping", HoldAnswer.SETTLED, by="Anna Åström", reason="copied")
    walk.do("erasure")
    assert walk.left() == []


def test_a_longer_transition_with_reasons_in_time(walk: Walk, contract: dict[str, Any]) -> None:
    walk.move("2026-08-20")
    walk.do("choice", answer="switch")
    walk.do("feasibility", answer="longer")
    walk.do("longer-reasons", at="2027-03-31T12:00")
    longer = LongerTransition(until=date(2027, 3, 31), reasons_given=date(2026, 8, 20), why="40 TB")
    again(walk, contract, longer_transition=longer)
    assert (walk.dates()["transition-ends"], walk.dates()["retrieval-ends"]) == ("2027-03-31 24:00", "2027-04-30 24:00")


def test_reasons_after_fourteen_working_days_are_refused(walk: Walk) -> None:
    walk.move("2026-08-28")
    walk.do("choice", answer="switch")
    walk.do("feasibility", answer="longer")
    walk.refused("longer-reasons", StepOutOfOrder, "reasons-by has passed, so it comes too late", at="2027-03-31T12:00")
    assert walk.dates()["transition-ends"] == "2026-11-07 24:00"


def test_the_customer_extends_once(walk: Walk, contract: dict[str, Any]) -> None:
    to_the_transition(walk)
    again(walk, contract, customer_extends_to=date(2026, 12, 31))
    move_over(walk, extension="extended")
    walk.move("2026-12-31T23:59")
    assert "transition-over" in walk.left()
    walk.move("2027-01-01")
    assert walk.dates()["retrieval-ends"] == "2027-01-30 24:00"
    to_the_erasure_order(walk, "2027-01-31")
    for person in ("Anna Åström", "Bengt Öberg"):
        walk.approve("erasure-order", person)
    walk.do("erasure")
    assert walk.left() == []


def test_charges_are_at_cost_and_from_the_twelfth_of_january_none(walk: Walk) -> None:
    to_the_transition(walk)
    costs = {"cost_of_the_switch": "1000", "switching_charges": "1200"}
    walk.refused(
        "charges", AmountWrong, "switching-charges is 1200, and 1000 (cost-of-the-switch) is the most", **costs
    )
    walk.move("2027-01-12")
    walk.refused("charges", AmountWrong, "0 is the most", cost_of_the_switch="1000", switching_charges="1")
    walk.move("2027-01-11T23:59")
    walk.do("charges", cost_of_the_switch="1000", switching_charges="1")


def test_erasure_alone_ends_with_the_notice(walk: Walk) -> None:
    walk.move("2026-08-08T09:00")
    walk.do("choice", answer="erase-only")
    walk.do("lists")
    walk.move("2026-10-09")
    walk.do("end-notified")
    assert "transfer" not in walk.left()
    facts.no_holds(walk.course.ledger)
    walk.do("erasure-order")
    for person in ("Anna Åström", "Bengt Öberg"):
        walk.approve("erasure-order", person)
    walk.move("2026-12-08")
    walk.do("erasure")
    assert walk.left() == []
