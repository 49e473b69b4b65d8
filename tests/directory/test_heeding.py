"""What a directory tells of activity and licences moves the count to the organisation's deletion: the dates of the provider's own rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from skyflytt.deadline import countdowns
from skyflytt.deadline.clock import MovableClock
from skyflytt.deadline.countdown import Activity, CountState
from skyflytt.deadline.notice import end_of_day
from skyflytt.directory.activity import heed_activity
from skyflytt.directory.memory import MemoryDirectory
from skyflytt.directory.port import Account, Licence, Organisation, Seen
from skyflytt.directory.standing import Standing, heed_standing, look, require_no_customers
from skyflytt.errors.directory import CustomersManaged
from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from tests.directory.company import in_memory

ZONE = ZoneInfo("Europe/Stockholm")
ORG = "Norrsken Bygg"


def day(month: int, number: int) -> datetime:
    return end_of_day(date(2026, month, number), ZONE)


def empty(*seen: Seen) -> MemoryDirectory:
    return MemoryDirectory(Organisation("n", ORG, ()), [Account("1", "it@n.example", administrator=True)], seen=seen)


@pytest.fixture
def marked(ledger: Ledger, clock: MovableClock) -> Ledger:
    """A paid subscription that ended on 1 March; renewal to 30 April, marked at its end."""
    clock.move_to(day(3, 1))
    countdowns.begin(ledger, "norrsken", ORG, subscription="paid", ends=day(3, 1), zone=ZONE, by="Eva")
    clock.move_to(day(4, 30))
    heed_standing(ledger, "norrsken", ORG, look(empty()), ZONE, by="skyflytt")
    return ledger


def dates(ledger: Ledger) -> tuple[datetime, datetime]:
    count = countdowns.countdowns(ledger, "norrsken")[ORG]
    return count.warning_due(ZONE), count.deletion_due(ZONE)


def heard(ledger: Ledger, *seen: Seen) -> list[Activity]:
    return [one.what for one in heed_activity(ledger, "norrsken", ORG, empty(*seen), ZONE, by="skyflytt")]


def test_it_is_marked_when_the_renewal_is_over_and_nothing_is_left(marked: Ledger) -> None:
    assert countdowns.countdowns(marked, "norrsken")[ORG].state is CountState.MARKED
    assert dates(marked) == (day(5, 30), day(6, 29))


def test_activity_begins_the_count_anew(marked: Ledger, clock: MovableClock) -> None:
    clock.move_to(day(6, 11))
    assert heard(marked, Seen(day(6, 10), Activity.MESSAGE), Seen(day(6, 3), Activity.MESSAGE)) == [Activity.MESSAGE]
    assert dates(marked) == (day(7, 10), day(8, 9))


def test_a_sign_in_to_the_control_hub_postpones(marked: Ledger, clock: MovableClock) -> None:
    clock.move_to(day(6, 21))
    assert heard(marked, Seen(day(6, 20), Activity.CONTROL_HUB_SIGN_IN)) == [Activity.CONTROL_HUB_SIGN_IN]
    assert dates(marked)[1] == day(8, 19)


def test_old_news_change_nothing_however_often_they_come(marked: Ledger, clock: MovableClock) -> None:
    clock.move_to(day(6, 21))
    news = (Seen(day(6, 20), Activity.CONTROL_HUB_SIGN_IN), Seen(day(6, 12), Activity.APP_SIGN_IN))
    assert heard(marked, *news) == [Activity.APP_SIGN_IN, Activity.CONTROL_HUB_SIGN_IN]
    lines = len(list(journal.entries(marked, "norrsken")))
    assert heard(marked, *news) == []
    assert len(list(journal.entries(marked, "norrsken"))) == lines


def test_activity_makes_a_warning_void(marked: Ledger, clock: MovableClock) -> None:
    clock.move_to(day(5, 30))
    countdowns.warn(marked, "norrsken", ORG, ZONE, by="Eva")
    clock.move_to(day(6, 11))
    heard(marked, Seen(day(6, 10), Activity.TOKEN_REFRESH))
    assert countdowns.countdowns(marked, "norrsken")[ORG].state is CountState.MARKED


def test_an_organisation_that_nobody_counts_is_not_asked(ledger: Ledger) -> None:
    class Asked(MemoryDirectory):
        def activity(self, since: datetime) -> Iterator[Seen]:
            raise AssertionError(since)

    directory = Asked(Organisation("n", ORG, ()))
    assert heed_activity(ledger, "norrsken", ORG, directory, ZONE, by="skyflytt") == []


@pytest.mark.parametrize(
    ("found", "days"),
    [(Standing(1, 0), 0), (Standing(0, 1), 0), (Standing(0, None), 0), (Standing(0, 0), -1)],
    ids=["a licence", "a customer", "customers are not told", "too early"],
)
def test_it_is_not_marked_before_both_conditions_hold(
    ledger: Ledger, clock: MovableClock, found: Standing, days: int
) -> None:
    countdowns.begin(ledger, "norrsken", ORG, subscription="trial", ends=day(3, 1), zone=ZONE, by="Eva")
    clock.move_to(day(3, 31) + timedelta(days=days))
    assert heed_standing(ledger, "norrsken", ORG, found, ZONE, by="skyflytt") is None
    assert countdowns.countdowns(ledger, "norrsken")[ORG].state is CountState.RENEWAL


def test_licences_that_are_back_end_the_count(marked: Ledger) -> None:
    assert heed_standing(marked, "norrsken", ORG, look(in_memory()), ZONE, by="skyflytt") is CountState.PREVENTED
    (told,) = [one for one in journal.entries(marked, "norrsken") if one.action == "countdown-prevented"]
    assert told.data["why"] == "the provider lists 5 units"


def test_a_trial_that_nobody_uses_is_left_as_well() -> None:
    trial = Licence("t", "Trial", 10, 0, trial=True)
    assert look(MemoryDirectory(Organisation("n", ORG, ()), (), [trial])) == Standing(10, 0)
    assert look(MemoryDirectory(Organisation("n", ORG, ("x",)), (), [replace(trial, total=0)])) == Standing(0, 1)


@pytest.mark.parametrize(("customers", "words"), [(2, "there are 2"), (None, "is told only to an administrator")])
def test_who_manages_others_is_not_deleted(customers: int | None, words: str) -> None:
    with pytest.raises(CustomersManaged, match=words):
        require_no_customers(ORG, Standing(0, customers))
    require_no_customers(ORG, Standing(0, 0))


def test_the_utc_instants_of_a_provider_are_told_as_they_are(marked: Ledger, clock: MovableClock) -> None:
    clock.move_to(datetime(2026, 6, 11, tzinfo=UTC))
    heard(marked, Seen(datetime(2026, 6, 10, 22, tzinfo=UTC), Activity.MESSAGE))
    assert dates(marked)[0] == datetime(2026, 7, 10, 22, tzinfo=UTC)
