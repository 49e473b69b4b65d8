"""What is due when: the hosted office's exit from 8 August to the end, by the ledger and a clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from skyflytt.deadline.business import business_hours_of
from skyflytt.deadline.clock import MovableClock
from skyflytt.deadline.table import set_deadlines
from skyflytt.deadline.terms import Deadline, contract_deadlines
from skyflytt.ledger import passes
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.projects import cut_over
from skyflytt.ledger.workloads import ensure_workload
from skyflytt.playbook.approvals import CUTOVER, approvals, approve, different_people
from skyflytt.playbook.due import Standing, next_instant, what_is_due
from skyflytt.playbook.load import load_playbook
from skyflytt.playbook.perform import Course, Said, complete
from skyflytt.playbook.steps import StepState, ensure_steps, fail_step, finish_step, start_step
from skyflytt.project.contract import Contract, NoticeInMonths

STOCKHOLM = ZoneInfo("Europe/Stockholm")
PLAYBOOK = load_playbook("hosted-office-exit")


@pytest.fixture
def exit_(ledger: Ledger) -> Ledger:
    contract = Contract(
        provider="Gamla Molnet AB",
        notice_given=date(2026, 8, 8),
        notice=NoticeInMonths(rule="started-months", months=2),
        retrieval_days=3,
        erasure_days=7,
    )
    set_deadlines(ledger, "norrsken", contract_deadlines(contract, STOCKHOLM), by="test")
    ensure_steps(ledger, "norrsken", PLAYBOOK, by="test")
    return ledger


def now(ledger: Ledger) -> dict[str, Standing]:
    return {one.step.id: one for one in what_is_due(ledger, "norrsken", PLAYBOOK, STOCKHOLM)}


def ready(ledger: Ledger) -> list[str]:
    return [name for name, one in now(ledger).items() if one.ready]


def done(ledger: Ledger, *names: str) -> None:
    for name in names:
        finish_step(ledger, "norrsken", name, by="test")


def records_by_hand(ledger: Ledger) -> None:
    """A person changes the domain's records: what a program would do does not apply."""
    course = Course(ledger, "norrsken", PLAYBOOK, business_hours_of(STOCKHOLM))
    complete(course, "dns-by", Said("Ingrid Solberg", {}, answer="by-hand"))


def local(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=STOCKHOLM)


def a_pass_has_ended(ledger: Ledger) -> None:
    with passes.running_pass(ledger, ensure_workload(ledger, "norrsken", "share", "homes")) as running:
        passes.end(ledger, running, 0)


def test_before_the_notice_nothing_is_ready(exit_: Ledger, clock: MovableClock) -> None:
    clock.move_to(local(8, 7, 23))
    assert ready(exit_) == []
    assert now(exit_)["notice-given"].waits_for == "It is due at 2026-08-08 00:00 CEST."
    assert next_instant(list(now(exit_).values()), clock.now()) == local(8, 8)


def test_the_order_of_the_first_steps(exit_: Ledger, clock: MovableClock) -> None:
    assert ready(exit_) == ["notice-given"]
    assert now(exit_)["discovery"].waits_for == "It comes after “Notice is given” (notice-given, owner: customer)."
    done(exit_, "notice-given")
    assert ready(exit_) == ["discovery", "help-ordered", "new-addresses"]
    done(exit_, "discovery", "help-ordered", "new-addresses")
    assert ready(exit_) == ["dns-by", "application-backups", "licences", "special-programs"]
    done(exit_, "application-backups", "licences", "special-programs")
    records_by_hand(exit_)
    assert ready(exit_) == []
    assert next_instant(list(now(exit_).values()), clock.now()) == local(9, 27)
    clock.move_to(local(9, 27))
    assert ready(exit_) == ["export"]
    clock.move_to(local(10, 4))
    assert ready(exit_) == ["export", "first-delta"]


def test_a_date_keeps_its_wall_time_over_the_change_of_the_clocks(exit_: Ledger) -> None:
    assert now(exit_)["cutover"].due_at == local(10, 25)
    assert local(10, 25).astimezone(UTC).hour == 22
    assert now(exit_)["last-delta"].due_at == local(10, 30)
    assert local(10, 30).astimezone(UTC).hour == 23


def test_the_weekly_pass_comes_again_until_the_cutover(exit_: Ledger, clock: MovableClock) -> None:
    done(exit_, "notice-given", "discovery", "help-ordered", "licences", "special-programs")
    done(exit_, "new-addresses", "application-backups", "export", "first-delta")
    records_by_hand(exit_)
    clock.move_to(local(10, 11))
    assert ready(exit_) == ["weekly-delta"]
    done(exit_, "weekly-delta")
    assert "weekly-delta" not in ready(exit_)
    assert now(exit_)["weekly-delta"].due_at == local(10, 18)
    clock.move_to(local(10, 18))
    assert "weekly-delta" in ready(exit_)
    assert start_step(exit_, "norrsken", "weekly-delta", by="advance", again=True)
    assert now(exit_)["cutover-approval"].waits_for == "Waits for a person: nobody has approved the cutover."
    done(exit_, "weekly-delta", "cutover-approval", "cutover")
    clock.move_to(local(10, 26))
    assert now(exit_)["weekly-delta"].state is StepState.DONE
    assert "weekly-delta" not in ready(exit_)


def test_the_cutover_waits_for_a_named_person_and_for_accounts(exit_: Ledger, clock: MovableClock) -> None:
    done(
        exit_,
        "notice-given",
        "discovery",
        "new-addresses",
        "application-backups",
        "export",
        "first-delta",
        "weekly-delta",
    )
    clock.move_to(local(10, 25))
    records_by_hand(exit_)
    done(exit_, "rehearsal", "mail-before")
    approve(exit_, "norrsken", CUTOVER, "Anna Åström")
    assert "cutover-approval" in ready(exit_)
    done(exit_, "cutover-approval")
    assert now(exit_)["cutover"].waits_for == "Held back: no mailbox or share has been moved yet."
    a_pass_has_ended(exit_)
    assert "cutover" in ready(exit_)


def test_the_last_pass_comes_only_after_the_switch(exit_: Ledger, clock: MovableClock) -> None:
    clock.move_to(local(10, 30))
    done(exit_, *[step.id for step in PLAYBOOK.steps[: PLAYBOOK.steps.index(PLAYBOOK.step("last-delta"))]])
    assert now(exit_)["last-delta"].waits_for == "Held back: the project is not cut over."
    cut_over(exit_, "norrsken", "Anna Åström")
    assert "last-delta" in ready(exit_)


def test_the_drop_closes_when_its_own_end_has_come(exit_: Ledger, clock: MovableClock) -> None:
    done(exit_, *PLAYBOOK.before("drop-close"))
    assert now(exit_)["drop-close"].waits_for == "Its date is not known yet: there is no deadline drop-ends."
    ends = [Deadline("drop-ends.a", local(11, 3), "a"), Deadline("drop-ends.b", local(11, 4), "b")]
    set_deadlines(exit_, "norrsken", ends, by="test")
    clock.move_to(local(11, 3, 12))
    assert now(exit_)["drop-close"].due_at == local(11, 4)
    assert now(exit_)["receipt"].late
    clock.move_to(local(11, 4))
    assert "drop-close" in ready(exit_)


def test_a_step_is_late_a_day_after_it_was_due_unless_the_playbook_says_otherwise(
    exit_: Ledger, clock: MovableClock
) -> None:
    clock.move_to(local(8, 8, 23))
    assert not now(exit_)["notice-given"].late
    clock.move_to(local(8, 9))
    assert now(exit_)["notice-given"].late
    clock.move_to(local(10, 4))
    assert not now(exit_)["export"].late
    clock.move_to(local(10, 25))
    assert now(exit_)["export"].late
    done(exit_, "export")
    assert not now(exit_)["export"].late


def test_running_and_failed_steps_say_so_and_are_not_ready(exit_: Ledger) -> None:
    start_step(exit_, "norrsken", "notice-given", by="advance")
    assert now(exit_)["notice-given"].waits_for == "It is running since 2026-08-08 09:00 CEST, started by advance."
    fail_step(exit_, "norrsken", "notice-given", by="advance", outcome="no answer")
    assert "It failed (no answer)" in now(exit_)["notice-given"].waits_for
    assert ready(exit_) == []


def test_the_same_name_in_capitals_is_no_second_person(exit_: Ledger, clock: MovableClock) -> None:
    assert approve(exit_, "norrsken", "x", "Anna Åström")
    assert not approve(exit_, "norrsken", "x", " Anna  Åström ")
    approve(exit_, "norrsken", "x", "ANNA ÅSTRÖM")
    clock.advance(timedelta(minutes=1))
    approve(exit_, "norrsken", "x", "Bengt Öberg")
    assert len(different_people(approvals(exit_, "norrsken", "x"))) == 2
