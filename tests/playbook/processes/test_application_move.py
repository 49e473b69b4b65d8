"""A business system into its maker's cloud: offer, test without downtime, going live outside working hours, a year of operation."""

from __future__ import annotations

import pytest

from skyflytt.errors.deadline import DateTooSoon, WindowMissed
from skyflytt.errors.playbook import AmountWrong, EvidenceMissing, StepOutOfOrder
from skyflytt.playbook.perform import redo, reject
from tests.playbook.processes.walk import Walk

PLAYBOOK = "application-move"


def to_the_start(walk: Walk) -> None:
    walk.move("2026-08-10T09:00")
    walk.do("first-contact", "introductory-meeting", "offer")
    walk.approve("offer", "Anna Åström")
    walk.do("offer-signed")
    walk.do("start-meeting", hours="2")
    walk.do("software-reachable")


def to_the_test(walk: Walk) -> None:
    to_the_start(walk)
    walk.do("test-clients", versions_per_client="1")
    walk.do("required-version")
    walk.do("test-system", downtime_minutes="0")


def to_going_live(walk: Walk) -> None:
    to_the_test(walk)
    walk.do("training", answer="videos")
    walk.do("test-period", test_report="all 40 cases passed")
    walk.approve("test-period", "Bengt Öberg")
    walk.do("go-live-time", at="2026-09-04T18:00")
    walk.move("2026-09-04T18:00")
    walk.do("go-live")


def test_from_the_first_contact_through_the_first_year(walk: Walk) -> None:
    to_going_live(walk)
    walk.move("2026-09-18T23:59")
    walk.refused("hand-over", StepOutOfOrder, "(hypercare, owner: new-provider)")
    walk.move("2026-09-19")
    walk.do("hand-over")
    walk.move("2026-11-20")
    walk.do("upgrade-announced", at="2026-12-05T09:00")
    quarters = ("2026-12-21", "2027-03-22", "2027-06-22", "2027-09-22")
    for day in quarters[:2]:
        walk.move(day)
        walk.do("customer-centre")
    # Four months after 20 November is a Saturday, so it comes on the Monday.
    assert "upgrade-announced" in walk.ready()
    walk.do("upgrade-announced", at="2027-04-10T09:00")
    walk.do("events")
    walk.move(quarters[2])
    walk.do("customer-centre")
    walk.move("2027-09-19")
    walk.refused("status-meeting", StepOutOfOrder, "It is due at 2027-09-20 00:00 CEST")
    walk.move("2027-09-20")
    walk.do("status-meeting")
    assert walk.left() == []


def test_steps_of_a_phase_run_beside_each_other(walk: Walk) -> None:
    to_the_start(walk)
    assert walk.ready() == ["required-version", "test-system", "test-clients", "training"]
    for name in reversed(walk.ready()):
        walk.do(name, **({"downtime_minutes": "0"} if name == "test-system" else {}))
    assert walk.ready() == ["test-period"]


def test_the_offer_is_signed_as_it_was_made(walk: Walk) -> None:
    walk.move("2026-08-10T09:00")
    walk.do("first-contact", "introductory-meeting")
    walk.refused("offer", EvidenceMissing, "it has to leave uncertainties", uncertainties="")
    walk.do("offer", price_per_activity="900")
    walk.refused("offer-signed", StepOutOfOrder, "nobody has approved offer")
    walk.approve("offer", "Anna Åström")
    redo(walk.course, "offer", by="Leif Leverantör", comment="a higher price")
    walk.do("offer", price_per_activity="1100")
    walk.refused("offer-signed", StepOutOfOrder, "is void")


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("test-system", {"downtime_minutes": "5"}, "downtime-minutes is 5, and 0 is the most"),
        ("test-clients", {"versions_per_client": "2"}, "versions-per-client is 2, and 1 is the most"),
    ],
)
def test_no_downtime_and_never_two_versions_on_one_client(
    walk: Walk, name: str, given: dict[str, str], words: str
) -> None:
    to_the_start(walk)
    walk.refused(name, AmountWrong, words, **given)


def test_the_start_meeting_takes_one_to_two_hours(walk: Walk) -> None:
    walk.move("2026-08-10T09:00")
    walk.do("first-contact", "introductory-meeting", "offer")
    walk.approve("offer", "Anna Åström")
    walk.do("offer-signed")
    walk.refused("start-meeting", AmountWrong, "hours is 3, and 2 is the most", hours="3")


def test_a_bad_test_period_is_rejected_and_holds_going_live(walk: Walk) -> None:
    to_the_test(walk)
    walk.do("training")
    assert reject(walk.course, "test-period", by="Anna Åström", comment="4 of 40 cases failed")
    assert "It failed (Anna Åström rejected it: 4 of 40 cases failed)" in walk.waits_for("test-period")
    walk.refused("go-live-time", StepOutOfOrder, "(test-period, owner: customer)", at="2026-09-04T18:00")
    walk.do("test-period")
    walk.do("go-live-time", at="2026-09-04T18:00")
    walk.move("2026-09-04T18:00")
    walk.refused("go-live", StepOutOfOrder, "nobody has approved test-period")
    assert [entry.actor for entry in walk.journal("step-rejected")] == ["Anna Åström"]


@pytest.mark.parametrize("at", ["2026-09-04T12:00", "2026-09-04T16:00", "2026-09-07T03:00"])
def test_going_live_is_outside_working_hours(walk: Walk, at: str) -> None:
    to_the_test(walk)
    walk.do("training", "test-period")
    walk.refused("go-live-time", WindowMissed, "it takes 6 hours, outside business hours only", at=at)


def test_an_upgrade_is_announced_in_good_time(walk: Walk) -> None:
    to_going_live(walk)
    walk.move("2026-09-19")
    walk.do("hand-over")
    walk.move("2026-11-20")
    walk.refused("upgrade-announced", DateTooSoon, "upgrade is told 14 days before", at="2026-12-03T20:00")
