"""The countdown of an organisation, state by state, and what each state refuses. Its whole course: tests/playbook/processes."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyflytt.deadline import countdown as rules
from skyflytt.deadline import countdowns
from skyflytt.deadline.clock import MovableClock
from skyflytt.deadline.countdown import Activity, Countdown, CountState
from skyflytt.deadline.table import deadlines
from skyflytt.errors.deadline import CountdownWrong
from skyflytt.ledger.journal import entries
from skyflytt.ledger.ledger import Ledger

ZONE = ZoneInfo("Europe/Stockholm")
ENDS = datetime(2026, 3, 1, tzinfo=ZONE)


def day(month: int, number: int, hour: int = 0) -> datetime:
    return datetime(2026, month, number, hour, tzinfo=ZONE)


def marked() -> Countdown:
    return rules.mark(rules.begin("acme", "paid", ENDS, ZONE), day(4, 30), licences=0, customers=0)


def warned() -> Countdown:
    return rules.warn(marked(), day(5, 30), ZONE)


@pytest.mark.parametrize(("subscription", "ends"), [("paid", day(4, 30)), ("trial", day(3, 31))])
def test_renewal_periods(subscription: str, ends: datetime) -> None:
    assert rules.begin("acme", subscription, ENDS, ZONE).renewal_ends == ends


def test_no_mark_before_its_time_or_while_anything_is_in_use() -> None:
    count = rules.begin("acme", "paid", ENDS, ZONE)
    with pytest.raises(CountdownWrong, match="renewal period lasts to 2026-04-30"):
        rules.mark(count, day(4, 29), licences=0, customers=0)
    with pytest.raises(CountdownWrong, match="3 licences are left"):
        rules.mark(count, day(4, 30), licences=3, customers=0)
    with pytest.raises(CountdownWrong, match="manages 2 customers"):
        rules.mark(count, day(4, 30), licences=0, customers=2)


def test_no_warning_before_thirty_idle_days() -> None:
    with pytest.raises(CountdownWrong, match="idle since 2026-04-30"):
        rules.warn(marked(), day(5, 29), ZONE)


def test_no_deletion_before_thirty_days_after_the_warning() -> None:
    with pytest.raises(CountdownWrong, match=r"not due before 2026-06-29 00:00"):
        rules.delete(warned(), day(6, 28, 23), ZONE)
    with pytest.raises(CountdownWrong, match="its state is “marked”"):
        rules.delete(marked(), day(6, 29), ZONE)
    assert rules.delete(warned(), day(6, 29), ZONE).state is CountState.DELETED


@pytest.mark.parametrize("activity", Activity)
def test_every_activity_sets_the_count_back(activity: Activity) -> None:
    count = rules.active(warned(), activity, day(6, 10), ZONE)
    assert (count.state, count.warning_due(ZONE), count.deletion_due(ZONE)) == (
        CountState.MARKED,
        day(7, 10),
        day(8, 9),
    )


def test_a_control_hub_sign_in_postpones_by_sixty_days_even_when_a_warning_follows() -> None:
    count = rules.active(marked(), Activity.CONTROL_HUB_SIGN_IN, day(5, 20), ZONE)
    assert count.not_before == day(7, 19)
    assert count.deletion_due(ZONE) == day(7, 19)


def test_activity_learned_late_makes_the_warning_void_and_older_news_change_nothing() -> None:
    assert rules.active(warned(), Activity.MESSAGE, day(5, 10), ZONE).state is CountState.MARKED
    assert rules.active(warned(), Activity.MESSAGE, day(4, 30), ZONE) == warned()


def test_a_warning_that_came_back_warns_nobody() -> None:
    count = rules.warn(marked(), day(5, 30), ZONE, bounced=("anna@norrskenbygg.example",))
    assert (count.state, count.warned_at) == (CountState.MARKED, None)
    with pytest.raises(CountdownWrong, match="came back from anna@norrskenbygg"):
        rules.delete(count, day(7, 30), ZONE)
    again = rules.warn(count, day(6, 3), ZONE)
    assert again.deletion_due(ZONE) == day(7, 3)
    later = rules.bounce(again, "bengt@norrskenbygg.example")
    assert (later.state, later.warned_at) == (CountState.MARKED, None)


def test_prevented_or_deleted_is_the_end() -> None:
    with pytest.raises(CountdownWrong, match="it is prevented since 2026-06-01"):
        rules.active(rules.prevent(warned(), day(6, 1)), Activity.MESSAGE, day(6, 2), ZONE)
    gone = rules.delete_at_once(marked(), day(5, 2))
    for act in (lambda: rules.prevent(gone, day(5, 3)), lambda: rules.delete_at_once(gone, day(5, 3))):
        with pytest.raises(CountdownWrong, match="deleted"):
            act()


@given(st.lists(st.tuples(st.sampled_from(Activity), st.integers(0, 59 * 24)), max_size=6))
def test_activity_never_brings_the_deletion_nearer(events: list[tuple[Activity, int]]) -> None:
    count, before = warned(), warned().deletion_due(ZONE)
    for activity, hours in events:
        count = rules.active(count, activity, day(5, 1) + timedelta(hours=hours), ZONE)
        assert count == rules.active(count, activity, day(5, 1) + timedelta(hours=hours), ZONE)
        assert count.deletion_due(ZONE) >= before
        before = count.deletion_due(ZONE)


def test_the_ledger_keeps_the_count_its_deadlines_and_each_change(ledger: Ledger, clock: MovableClock) -> None:
    clock.move_to(day(2, 1))
    countdowns.begin(ledger, "norrsken", "acme", subscription="paid", ends=ENDS, zone=ZONE, by="Ines")
    with pytest.raises(CountdownWrong, match="followed already"):
        countdowns.begin(ledger, "norrsken", "acme", subscription="paid", ends=ENDS, zone=ZONE, by="Ines")
    with pytest.raises(CountdownWrong, match="not followed"):
        countdowns.mark(ledger, "norrsken", "other", ZONE, licences=0, customers=0, by="Ines")
    assert deadlines(ledger, "norrsken")["deletion-due.acme"].at == day(6, 29)
    clock.move_to(day(4, 30))
    countdowns.mark(ledger, "norrsken", "acme", ZONE, licences=0, customers=0, by="Ines")
    assert countdowns.warnings_due(ledger, "norrsken", ZONE) == []
    clock.move_to(day(5, 30))
    assert [one.organisation for one in countdowns.warnings_due(ledger, "norrsken", ZONE)] == ["acme"]
    countdowns.warn(ledger, "norrsken", "acme", ZONE, by="skyflytt")
    with pytest.raises(CountdownWrong, match="not due"):
        countdowns.delete(ledger, "norrsken", "acme", ZONE, by="Ines")
    countdowns.prevent(ledger, "norrsken", "acme", ZONE, by="Ines", why="a new trial")
    assert countdowns.countdowns(ledger, "norrsken")["acme"].state is CountState.PREVENTED
    assert "deletion-due.acme" not in deadlines(ledger, "norrsken")
    said = [entry.action for entry in entries(ledger, "norrsken") if entry.action.startswith("countdown")]
    assert said == [
        "countdown-begun",
        "countdown-marked",
        "countdown-warned",
        "countdown-deletion-refused",
        "countdown-prevented",
    ]
