"""Automatic deletion: subscription to 1 March, renewal to 30 April, e-mail 30 May, deletion 29 June; activity, sign-in, bounced mail."""

from __future__ import annotations

from datetime import datetime

import pytest

from skyflytt.deadline import countdowns
from skyflytt.deadline.clock import MovableClock
from skyflytt.deadline.countdown import Activity
from skyflytt.errors.deadline import CountdownWrong
from skyflytt.errors.playbook import AmountWrong, StepOutOfOrder
from skyflytt.ledger.ledger import Ledger
from tests.playbook.processes.conftest import ZONE
from tests.playbook.processes.walk import PROJECT, Walk

PLAYBOOK = "organisation-deletion"
ORGANISATION = "norrsken.example"


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(datetime(2026, 2, 1, 9, tzinfo=ZONE))


@pytest.fixture
def followed(walk: Walk) -> Walk:
    ends = walk.at("2026-03-01")
    countdowns.begin(
        walk.course.ledger, PROJECT, ORGANISATION, subscription="paid", ends=ends, zone=ZONE, by="Pia Partner"
    )
    walk.settle()
    return walk


def dates(ledger: Ledger) -> tuple[str, str]:
    count = countdowns.countdowns(ledger, PROJECT)[ORGANISATION]
    due = (count.warning_due(ZONE), count.deletion_due(ZONE))
    return f"{due[0].astimezone(ZONE):%Y-%m-%d}", f"{due[1].astimezone(ZONE):%Y-%m-%d}"


def mark(walk: Walk, *, licences: int = 0, customers: int = 0) -> None:
    countdowns.mark(
        walk.course.ledger, PROJECT, ORGANISATION, ZONE, licences=licences, customers=customers, by="provider"
    )
    walk.settle()


def warn(walk: Walk, *, bounced: tuple[str, ...] = ()) -> None:
    countdowns.warn(walk.course.ledger, PROJECT, ORGANISATION, ZONE, bounced=bounced, by="provider")
    walk.settle()


def active(walk: Walk, activity: Activity, at: str) -> None:
    walk.clock.move_to(walk.at(at))
    countdowns.active(
        walk.course.ledger, PROJECT, ORGANISATION, activity=activity, at=walk.at(at), zone=ZONE, by="provider"
    )
    walk.settle()


def delete(walk: Walk) -> None:
    countdowns.delete(walk.course.ledger, PROJECT, ORGANISATION, ZONE, by="provider")
    walk.settle()


def to_the_mark(walk: Walk) -> None:
    walk.do("calendar")
    walk.do("decision", answer="let-it-go")
    walk.flow("licences-counted")
    walk.do("content-saved")
    walk.move("2026-04-30")
    walk.flow("licences-reclaimed")
    walk.do("licences-gone", licences_left="0", customers_managed="0")
    mark(walk)


def to_the_warning(walk: Walk) -> None:
    to_the_mark(walk)
    walk.move("2026-05-30")
    warn(walk)


def test_from_the_subscription_to_the_deletion(followed: Walk) -> None:
    walk, ledger = followed, followed.course.ledger
    assert dates(ledger) == ("2026-05-30", "2026-06-29")
    told = {name.partition(".")[0]: day for name, day in walk.dates().items() if name.endswith(ORGANISATION)}
    assert told == {
        "renewal-ends": "2026-04-30 00:00",
        "warning-due": "2026-05-30 00:00",
        "deletion-due": "2026-06-29 00:00",
    }
    walk.do("calendar")
    walk.do("decision", answer="let-it-go")
    walk.flow("licences-counted")
    walk.do("content-saved")
    assert walk.waits_for("renewal-over") == "It is due at 2026-04-30 00:00 CEST."
    walk.move("2026-04-29T23:59")
    walk.refused("licences-gone", StepOutOfOrder, "(renewal-over, owner: provider)")
    walk.move("2026-04-30")
    walk.flow("licences-reclaimed")
    walk.do("licences-gone", licences_left="0", customers_managed="0")
    mark(walk)
    walk.move("2026-05-29T23:59")
    assert countdowns.warnings_due(ledger, PROJECT, ZONE) == []
    walk.move("2026-05-30")
    assert [one.organisation for one in countdowns.warnings_due(ledger, PROJECT, ZONE)] == [ORGANISATION]
    warn(walk)
    walk.move("2026-06-28T23:59")
    with pytest.raises(CountdownWrong, match="not due before 2026-06-29 00:00"):
        delete(walk)
    assert "count-over" in walk.left()
    walk.move("2026-06-29")
    delete(walk)
    assert walk.left() == []
    assert len(walk.journal("countdown-deletion-refused")) == 1


def test_a_trial_has_thirty_days_of_renewal(walk: Walk) -> None:
    ends = walk.at("2026-03-01")
    countdowns.begin(walk.course.ledger, PROJECT, "trial.example", subscription="trial", ends=ends, zone=ZONE, by="Pia")
    assert walk.dates()["renewal-ends.trial.example"] == "2026-03-31 00:00"
    assert countdowns.countdowns(walk.course.ledger, PROJECT)["trial.example"].renewal_ends == walk.at("2026-03-31")


def test_activity_on_the_tenth_of_june_resets_the_count(followed: Walk) -> None:
    walk = followed
    to_the_warning(walk)
    active(walk, Activity.MESSAGE, "2026-06-10")
    assert dates(walk.course.ledger) == ("2026-07-10", "2026-08-09")
    walk.move("2026-06-29")
    with pytest.raises(CountdownWrong, match="its state is “marked”"):
        delete(walk)
    walk.move("2026-07-10")
    warn(walk)
    walk.move("2026-08-08T23:59")
    with pytest.raises(CountdownWrong, match="not due before 2026-08-09"):
        delete(walk)
    walk.move("2026-08-09")
    delete(walk)
    assert walk.left() == []


def test_a_control_hub_sign_in_on_the_twentieth_of_june_postpones_to_august(followed: Walk) -> None:
    walk = followed
    to_the_warning(walk)
    active(walk, Activity.CONTROL_HUB_SIGN_IN, "2026-06-20")
    assert dates(walk.course.ledger) == ("2026-07-20", "2026-08-19")
    walk.move("2026-07-20")
    warn(walk)
    walk.move("2026-08-18T23:59")
    with pytest.raises(CountdownWrong, match="not due before 2026-08-19"):
        delete(walk)
    walk.move("2026-08-19")
    delete(walk)
    assert walk.left() == []


def test_it_is_not_marked_while_licences_or_customers_are_left(followed: Walk) -> None:
    walk = followed
    walk.do("calendar")
    walk.do("decision", answer="let-it-go")
    walk.flow("licences-counted")
    walk.do("content-saved")
    walk.move("2026-04-30")
    walk.flow("licences-reclaimed")
    walk.refused("licences-gone", AmountWrong, "licences-left is 3, and 0 is the most", licences_left="3")
    walk.refused("licences-gone", AmountWrong, "customers-managed is 2", licences_left="0", customers_managed="2")
    for left in ({"licences": 3}, {"customers": 2}):
        with pytest.raises(CountdownWrong, match="so it is not marked"):
            mark(walk, **left)


def test_a_warning_that_bounced_holds_the_count(followed: Walk) -> None:
    walk = followed
    to_the_mark(walk)
    walk.move("2026-05-30")
    warn(walk, bounced=("bengt@norrsken.example",))
    assert "warned" in walk.left()
    walk.move("2026-06-29")
    with pytest.raises(CountdownWrong, match="nobody counts as warned"):
        delete(walk)
    walk.move("2026-07-01")
    warn(walk)
    assert dates(walk.course.ledger)[1] == "2026-07-31"
    walk.move("2026-07-31")
    delete(walk)
    assert [len(walk.journal(f"countdown-{what}")) for what in ("warning-returned", "warned", "deleted")] == [1, 1, 1]


def test_new_licences_prevent_it(followed: Walk) -> None:
    walk = followed
    walk.do("calendar")
    walk.do("decision", answer="keep-it")
    walk.do("licences-back")
    assert "kept" in walk.left()
    countdowns.prevent(walk.course.ledger, PROJECT, ORGANISATION, ZONE, by="provider", why="a new trial")
    walk.settle()
    assert walk.left() == []


def test_the_customer_may_delete_it_at_once(followed: Walk) -> None:
    walk = followed
    walk.do("calendar")
    walk.do("decision", answer="delete-at-once")
    walk.refused("deleted-at-once", StepOutOfOrder, "norrsken.example is not deleted")
    countdowns.delete_at_once(walk.course.ledger, PROJECT, ORGANISATION, ZONE, by="Anna Åström")
    walk.do("deleted-at-once")
    assert walk.left() == []


def test_nothing_begins_before_a_subscription_is_followed(walk: Walk) -> None:
    walk.settle()
    walk.refused("calendar", StepOutOfOrder, "(followed, owner: team)")
