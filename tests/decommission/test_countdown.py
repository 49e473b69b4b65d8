"""The countdown: what is missing, what a late warning moves, what a bounce and a new start undo, and clocks that go forward."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from skyflytt.deadline.clock import MovableClock
from skyflytt.deadline.table import deadlines, set_deadlines
from skyflytt.deadline.terms import ERASURE, NOTICE_ENDS, Deadline
from skyflytt.decommission.activity import active_since, moved_since
from skyflytt.decommission.countdown import DELETION, begin_anew, countdown, end_with, keep_deadline, note_warned
from skyflytt.ledger import items, journal, passes
from skyflytt.ledger.items import Done, Seen
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import Intent, Verified
from skyflytt.ledger.schema import pass_ as pass_table
from skyflytt.ledger.workloads import Workload, ensure_workload
from skyflytt.notice.bounces import BOUNCED

STOCKHOLM = ZoneInfo("Europe/Stockholm")
END = datetime(2026, 11, 11, tzinfo=STOCKHOLM)


@pytest.fixture
def counted(ledger: Ledger) -> Ledger:
    set_deadlines(ledger, "norrsken", [Deadline(ERASURE, END, "by the contract")], by="test")
    return ledger


def warn(ledger: Ledger, days: int, ends_at: datetime = END, *messages: str) -> None:
    note_warned(ledger, "norrsken", days, ends_at, messages or ("<1@nya.example>",), by="advance")


def test_without_a_deadline_there_is_no_end(ledger: Ledger) -> None:
    found = countdown(ledger, "norrsken")
    assert (found.ends_at, found.missing) == (None, (30, 7, 1))


def test_each_warning_is_missing_until_it_went_out(counted: Ledger) -> None:
    for days, missing in ((30, (7, 1)), (7, (1,)), (1, ())):
        warn(counted, days)
        assert countdown(counted, "norrsken").missing == missing
    assert countdown(counted, "norrsken").ends_at == END


def test_a_bounce_of_one_message_takes_its_warning_and_those_after_it_away(
    counted: Ledger, clock: MovableClock
) -> None:
    warn(counted, 30, END, "<1@nya.example>", "<2@nya.example>")
    clock.advance(timedelta(days=23))
    warn(counted, 7)
    journal.append(counted, "norrsken", actor="test", action=BOUNCED, subject="<2@nya.example>")
    found = countdown(counted, "norrsken")
    assert (found.missing, found.warned[30].came_back) == ((30, 7, 1), 1)
    later = END + timedelta(days=23)
    clock.advance(timedelta(hours=1))
    warn(counted, 30, later, "<1@nya.example>", "<3@nya.example>")
    assert countdown(counted, "norrsken").missing == (7, 1)
    assert countdown(counted, "norrsken").ends_at == later


@pytest.mark.parametrize(
    ("now", "days", "end"),
    [
        (datetime(2026, 10, 12, tzinfo=STOCKHOLM), 30, END),
        (datetime(2026, 10, 12, 0, 15, tzinfo=STOCKHOLM), 30, datetime(2026, 11, 11, 0, 15, tzinfo=STOCKHOLM)),
        (datetime(2026, 11, 9, tzinfo=STOCKHOLM), 7, datetime(2026, 11, 16, tzinfo=STOCKHOLM)),
        # The clocks go forward on 28 March 2027: thirty calendar days are an hour shorter, and are thirty days all the same.
        (datetime(2027, 3, 10, tzinfo=STOCKHOLM), 30, datetime(2027, 4, 9, tzinfo=STOCKHOLM)),
    ],
)
def test_a_late_warning_moves_the_end(counted: Ledger, now: datetime, days: int, end: datetime) -> None:
    assert end_with(countdown(counted, "norrsken"), days, now, STOCKHOLM) == end


def test_a_new_start_takes_the_full_time_and_keeps_the_ledgers_deadline(counted: Ledger, clock: MovableClock) -> None:
    assert keep_deadline(counted, "norrsken", by="test").ends_at == END
    warn(counted, 30)
    clock.move_to(datetime(2026, 11, 10, 12, tzinfo=UTC))
    found = begin_anew(counted, "norrsken", "objects differ", STOCKHOLM, by="advance")
    assert found.ends_at == datetime(2026, 12, 10, 12, tzinfo=UTC)
    assert found.missing == (30, 7, 1)
    assert deadlines(counted, "norrsken")[DELETION].at == found.ends_at
    again = begin_anew(counted, "norrsken", "objects differ", STOCKHOLM, by="advance")
    assert again.ends_at == found.ends_at


def move_one(ledger: Ledger, share: Workload, key: str) -> None:
    with passes.running_pass(ledger, share) as running:
        items.record_new(ledger, share, [Seen(key, "1", 3)])
        items.start(ledger, running, [key], Intent.PUT)
        items.finish(ledger, running, [Done(key, key, Verified.DIGEST, "d")])
        passes.end(ledger, running, 1 if key == "a" else 2)


def test_work_while_service_runs_is_no_activity(counted: Ledger, clock: MovableClock) -> None:
    share = ensure_workload(counted, "norrsken", "share", "homes")
    notice_ends = datetime(2026, 11, 1, tzinfo=STOCKHOLM)
    assert active_since(counted, "norrsken", countdown(counted, "norrsken")) is None
    set_deadlines(counted, "norrsken", [Deadline(NOTICE_ENDS, notice_ends, "notice")], by="test")
    clock.move_to(datetime(2026, 10, 12, tzinfo=STOCKHOLM))
    warn(counted, 30)
    since = active_since(counted, "norrsken", countdown(counted, "norrsken"))
    assert since == notice_ends
    clock.move_to(datetime(2026, 10, 29, tzinfo=STOCKHOLM))
    move_one(counted, share, "a")
    assert moved_since(counted, share, since) == 0
    clock.move_to(datetime(2026, 11, 5, tzinfo=STOCKHOLM))
    move_one(counted, share, "b")
    assert moved_since(counted, share, since) == 1


def test_what_a_killed_pass_moved_counts_too(counted: Ledger, clock: MovableClock) -> None:
    share = ensure_workload(counted, "norrsken", "share", "homes")
    since = clock.now()
    clock.advance(timedelta(hours=1))
    move_one(counted, share, "a")
    with counted.writing() as connection:
        connection.execute(update(pass_table).values(state="interrupted", moved_now=None))
    assert moved_since(counted, share, since) == 1
