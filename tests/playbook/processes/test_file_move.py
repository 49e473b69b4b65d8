"""Files to a cloud file service: fixed price, sprints, a delta at the very end, permissions on folders, training first, feedback."""

from __future__ import annotations

import pytest

from skyflytt.errors.deadline import WindowMissed
from skyflytt.errors.playbook import AmountWrong, StepOutOfOrder
from skyflytt.ledger.projects import cut_over
from skyflytt.playbook.approvals import CUTOVER, approve
from skyflytt.playbook.perform import redo
from tests.playbook.processes import facts
from tests.playbook.processes.walk import PROJECT, Walk

PLAYBOOK = "file-move"


def to_the_quote(walk: Walk) -> None:
    walk.move("2026-08-10T09:00")
    walk.do("conversation")
    walk.flow("mapping")
    walk.do("feasibility-study")
    walk.do("quote", fixed_price="48000")


def to_the_plan(walk: Walk, *, length: str = "longer-than-a-week") -> None:
    to_the_quote(walk)
    walk.approve("quote", "Anna Åström")
    walk.do("information")
    walk.do("planning", at="2026-08-24T08:00", answer=length, sprint_days="0.5, 1, 1")
    walk.do("licences-judged", licences_needed="12")
    walk.do("licences-allotted", licences_allotted="12")
    walk.do("folder-structure", answer="copied-as-it-is")


def to_the_users(walk: Walk) -> None:
    to_the_plan(walk)
    walk.do("installation", answer="remotely")
    walk.move("2026-08-24T08:00")
    walk.flow("migration")
    facts.a_pass_ended(walk.course.ledger)
    walk.do("permissions", file_permissions="0")
    walk.move("2026-08-31T08:00")
    walk.do("weekly-report", "training")
    approve(walk.course.ledger, PROJECT, CUTOVER, "Bengt Öberg")
    walk.settle()
    walk.flow("cutover")
    cut_over(walk.course.ledger, PROJECT, "Bengt Öberg")


def test_from_the_first_talk_to_the_feedback(walk: Walk) -> None:
    to_the_users(walk)
    walk.flow("callers")
    facts.callers_counted(walk.course.ledger, 1)
    walk.do("let-in")
    walk.move("2026-09-14T23:59")
    walk.refused("server-list", StepOutOfOrder, "(support-over, owner: team)")
    walk.move("2026-09-15")
    walk.refused("server-list", StepOutOfOrder, "(callers-silent, owner: team)")
    assert walk.waits_for("callers-silent") == "Held back: 1 device still signed in when the logs were read last."
    walk.flow("callers")
    facts.callers_counted(walk.course.ledger, 0)
    walk.settle()
    walk.do("server-list", server_and_disks="Dell T330, disks S/N 1 and 2")
    for person in ("Anna Åström", "Bengt Öberg"):
        walk.approve("server-list", person)
    facts.no_holds(walk.course.ledger)
    walk.do("server-decommissioned")
    walk.do("residual-value", residual_value="1500")
    walk.do("invoice", invoice="48000")
    # Four to six weeks after 15 September.
    walk.move("2026-10-13T12:00")
    walk.refused("feedback", StepOutOfOrder, "It is due at 2026-10-14 00:00 CEST")
    walk.move("2026-10-27T23:59")
    assert not walk.standings()["feedback"].late
    walk.move("2026-10-28")
    assert walk.standings()["feedback"].late
    walk.do("feedback")
    assert walk.left() == []


def test_the_work_waits_for_exactly_the_quote_that_was_accepted(walk: Walk) -> None:
    walk.move("2026-08-10T09:00")
    walk.refused("quote", StepOutOfOrder, "(feasibility-study, owner: team:coordinator)")
    to_the_quote(walk)
    walk.refused("information", StepOutOfOrder, "(quote-accepted, owner: customer)")
    redo(walk.course, "quote", by="Siv Säljare", comment="more users")
    walk.refused("quote-accepted", StepOutOfOrder, "nobody has approved quote")
    walk.do("quote", fixed_price="52000")
    walk.approve("quote", "Anna Åström")
    assert "quote-accepted" not in walk.left()


@pytest.mark.parametrize(
    ("sprints", "words"), [("0.25", "0.5 is the least"), ("1, 2", "sprint-days is 2, and 1 is the most")]
)
def test_sprints_are_half_a_day_to_one_day(walk: Walk, sprints: str, words: str) -> None:
    to_the_quote(walk)
    walk.approve("quote", "Anna Åström")
    walk.do("information")
    walk.refused("planning", AmountWrong, words, at="2026-08-24T08:00", sprint_days=sprints)
    walk.refused("planning", WindowMissed, "4 hours", at="2026-08-23T08:00", sprint_days="1")


def test_only_a_project_longer_than_a_week_reports_each_week(walk: Walk) -> None:
    to_the_plan(walk, length="within-a-week")
    assert "weekly-report" not in walk.left()


def test_the_reports_come_every_week_until_the_cutover(walk: Walk) -> None:
    to_the_plan(walk)
    for day in ("2026-08-31T08:00", "2026-09-07T08:00", "2026-09-14T08:00"):
        assert "weekly-report" not in walk.ready()
        walk.move(day)
        walk.do("weekly-report")


def test_licences_are_judged_first_and_no_more_are_allotted(walk: Walk) -> None:
    to_the_quote(walk)
    walk.approve("quote", "Anna Åström")
    walk.do("information")
    walk.refused("licences-allotted", StepOutOfOrder, "(licences-judged, owner: team:coordinator)")
    walk.do("licences-judged", licences_needed="12")
    walk.refused("licences-allotted", AmountWrong, "12 (licences-needed) is the most", licences_allotted="13")


def test_permissions_are_never_set_on_files(walk: Walk) -> None:
    to_the_plan(walk)
    walk.move("2026-08-24T08:00")
    walk.flow("migration")
    walk.refused("permissions", AmountWrong, "file-permissions is 3, and 0 is the most", file_permissions="3")


def test_nobody_is_let_in_before_training_and_the_delta_at_the_end(walk: Walk) -> None:
    to_the_plan(walk)
    walk.do("installation")
    walk.move("2026-08-24T08:00")
    walk.flow("migration")
    walk.do("permissions", file_permissions="0")
    walk.refused(
        "let-in",
        StepOutOfOrder,
        "“The delta at the very end” (cutover, owner: team), “Train the users” (training, owner: team)",
    )


def test_the_server_goes_only_with_two_people_and_the_invoice_is_at_most_the_quote(walk: Walk) -> None:
    to_the_users(walk)
    walk.flow("callers")
    facts.callers_counted(walk.course.ledger, 0)
    walk.settle()
    walk.do("let-in")
    walk.move("2026-09-15")
    walk.do("server-list")
    walk.approve("server-list", "Anna Åström")
    walk.approve("server-list", "Anna Åström")
    walk.refused("server-decommissioned", StepOutOfOrder, "1 of two different people have approved server-list")
    walk.approve("server-list", "Bengt Öberg")
    walk.refused("server-decommissioned", StepOutOfOrder, "nobody has answered the retention questions")
    facts.no_holds(walk.course.ledger)
    walk.do("server-decommissioned")
    walk.refused("invoice", StepOutOfOrder, "(residual-value, owner: team:seller)")
    walk.do("residual-value", residual_value="0")
    walk.refused("invoice", AmountWrong, "invoice is 48001, and 48000 (fixed-price) is the most", invoice="48001")
