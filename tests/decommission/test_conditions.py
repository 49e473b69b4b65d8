"""The interlock: every condition missing alone refuses with its own sentence; all together let through."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from skyflytt.decommission.conditions import CONDITIONS
from skyflytt.decommission.countdown import Countdown, Warned
from skyflytt.decommission.holds import HOLDS, HoldAnswer, HoldAnswered
from skyflytt.decommission.interlock import permit, refusals
from skyflytt.decommission.plan import Plan, PlannedPlace
from skyflytt.decommission.situation import Situation, WorkloadFacts
from skyflytt.drop.rows import DropRow, DropState
from skyflytt.errors.decommission import DecommissionRefused
from skyflytt.ledger.passes import Account
from skyflytt.ledger.schema import Mode
from skyflytt.ledger.workloads import Workload

NOW = datetime(2026, 11, 11, tzinfo=UTC)
SHARE = Workload(1, "norrsken", "share", "homes")
ACCOUNT = Account(SHARE, 3, Mode.APPEND, 10, 10, 0, 0, 0, 1000, NOW)
FACTS = WorkloadFacts("share homes", ACCOUNT, open_items=0, failed=0, accepted_by=(), unplanned=0)
DROP = DropRow("handover", DropState.CLOSED, NOW, NOW, NOW, 0, "d" * 64, '{"by": "Anna"}', "{}")
ANSWERED = {hold: HoldAnswered(hold, HoldAnswer.NONE, "Anna Åström", NOW, "looked at") for hold in HOLDS}
WARNED = {
    days: Warned(days, NOW - timedelta(days=days), NOW, ("<1@nya.example>", "<2@nya.example>")) for days in (30, 7, 1)
}
GOOD = Situation(
    project="norrsken",
    now=NOW,
    plan=Plan("norrsken", (PlannedPlace("share homes", 10, 1000, "a" * 64),), "abcdef" * 10),
    mode=Mode.APPEND,
    workloads=(FACTS,),
    evidence_problems=(),
    drops=(DROP,),
    waived_by={},
    holds=ANSWERED,
    approvers=("Anna Åström", "Ingrid Solberg"),
    countdown=Countdown(NOW, WARNED),
)
FAILED = replace(FACTS, failed=2)


def without(days: int) -> dict[int, Warned]:
    return {one: warned for one, warned in WARNED.items() if one != days}


def came_back(days: int) -> Countdown:
    return Countdown(NOW, {**WARNED, days: replace(WARNED[days], came_back=1)})


def held(answer: HoldAnswer) -> dict[str, HoldAnswered]:
    return {**ANSWERED, "bookkeeping": HoldAnswered("bookkeeping", answer, "Bengt Öberg", NOW, "looked at")}


Case = tuple[str, dict[str, Any], str]
REFUSED: list[Case] = [
    ("cut-over", {"mode": Mode.MIRROR}, "the project is not cut over"),
    ("reconciled", {"workloads": (replace(FACTS, account=None),)}, "no pass has ended for share homes"),
    ("reconciled", {"workloads": (replace(FACTS, open_items=4),)}, "items are still open in share homes (4)"),
    ("nothing-failed", {"workloads": (FAILED,)}, "items failed and nobody has accepted their loss: share homes (2)"),
    ("evidence-verified", {"evidence_problems": None}, "the manifests were not checked"),
    ("evidence-verified", {"evidence_problems": ("x was altered",)}, "the manifests do not hold: x was altered"),
    ("received", {"drops": ()}, "there was no drop, so nothing shows that the customer has its data"),
    ("received", {"drops": (replace(DROP, state=DropState.OPEN),)}, "the drop handover is not closed"),
    (
        "received",
        {"drops": (replace(DROP, receipt=None),)},
        "there is neither receipt nor waiver for the drop handover",
    ),
    ("holds-answered", {"holds": {}}, f"retention questions are not answered: {', '.join(HOLDS)}"),
    ("holds-answered", {"holds": held(HoldAnswer.KEEP)}, "it has to be kept: bookkeeping (says Bengt Öberg)"),
    ("approved-by-two", {"approvers": ()}, "0 of two different people approved the plan abcdefabcdef"),
    ("approved-by-two", {"approvers": ("Anna",)}, "1 of two different people (Anna) approved the plan abcdefabcdef"),
    *(
        (
            "warned",
            {"countdown": Countdown(NOW, without(days))},
            f"the warning {days} days before the deletion was not sent{after}",
        )
        for days, after in ((30, ""), (7, ", after 1 of 3"), (1, ", after 2 of 3"))
    ),
    *(
        ("warned", {"countdown": came_back(days)}, f"the warning {days} days before came back from 1 of 2 recipients")
        for days in (30, 7, 1)
    ),
    (
        "warned",
        {"countdown": Countdown(NOW, {**WARNED, 30: replace(WARNED[30], at=NOW - timedelta(days=2))})},
        "the warning 7 days before went out before an earlier one that had to be sent again",
    ),
    ("time-is-up", {"countdown": Countdown(None, WARNED)}, "the ledger has no deadline of erasure"),
    (
        "time-is-up",
        {"now": NOW - timedelta(seconds=1)},
        "the countdown ends at 2026-11-11 00:00 UTC, and it is 2026-11-10 23:59 UTC",
    ),
    (
        "time-is-up",
        {"countdown": Countdown(NOW + timedelta(days=3), WARNED), "zone": ZoneInfo("Europe/Stockholm")},
        "the countdown ends at 2026-11-14 01:00 CET, and it is 2026-11-11 01:00 CET",
    ),
    (
        "no-activity",
        {"workloads": (replace(FACTS, unplanned=None),)},
        "nobody has looked at the source of share homes since the last pass",
    ),
    (
        "no-activity",
        {"workloads": (replace(FACTS, unplanned=1),)},
        "objects at the source are not as the last pass saw them: share homes (1)",
    ),
    (
        "no-activity",
        {"workloads": (replace(FACTS, moved_since=2),)},
        "somebody has worked at the source since the customer was warned: share homes (2)",
    ),
    *(
        (
            "holds-answered",
            {"holds": {one: answer for one, answer in ANSWERED.items() if one != hold}},
            f"retention questions are not answered: {hold}",
        )
        for hold in HOLDS
    ),
]


@pytest.mark.parametrize(("name", "change", "words"), REFUSED)
def test_one_missing_alone_refuses_with_its_own_sentence(name: str, change: dict[str, Any], words: str) -> None:
    situation = replace(GOOD, **change)
    assert refusals(situation) == {name: words}
    with pytest.raises(DecommissionRefused) as refused:
        permit(situation)
    assert refused.value.detail == words


def test_every_condition_is_in_the_matrix() -> None:
    assert {name for name, _, _ in REFUSED} == set(CONDITIONS)


def test_nothing_moved_at_all_refuses() -> None:
    assert "reconciled" in refusals(replace(GOOD, workloads=()))


def test_all_together_let_through() -> None:
    given = permit(GOOD)
    assert (given.plan, given.approvers) == (GOOD.plan, GOOD.approvers)


@pytest.mark.parametrize(
    "change",
    [
        {"workloads": (replace(FAILED, accepted_by=("Anna Åström",)),)},
        {"drops": (replace(DROP, receipt=None),), "waived_by": {"handover": ("Anna Åström",)}},
        {"holds": held(HoldAnswer.SETTLED)},
        {"now": NOW + timedelta(days=30)},
    ],
)
def test_other_ways_to_be_good(change: dict[str, Any]) -> None:
    assert refusals(replace(GOOD, **change)) == {}


def test_several_missing_are_all_told() -> None:
    with pytest.raises(DecommissionRefused) as refused:
        permit(replace(GOOD, mode=Mode.MIRROR, approvers=()))
    assert refused.value.detail.count(";") == 1
