"""From a subscription to own licences or a hosted desktop: the cancellation is held, the downtime is four business hours, one order."""

from __future__ import annotations

import pytest

from skyflytt.errors.deadline import DateMissing, DatePast, WindowMissed
from skyflytt.errors.playbook import AnswerUnknown, EvidenceMissing, StepOutOfOrder
from skyflytt.playbook.perform import redo
from tests.playbook.processes.walk import Walk

PLAYBOOK = "licence-transition"


def begin(walk: Walk, route: str) -> None:
    walk.move("2026-08-10T09:00")
    walk.do("route", answer=route)
    walk.do("renewal-prices", "backup")
    walk.flow("licences-counted")
    walk.do("trial-restore", answer="restored")


def to_the_downtime(walk: Walk) -> None:
    begin(walk, "hosted-desktop")
    walk.do("hosted-form", "hosted-held", "hosted-load-list")


def to_the_welcome(walk: Walk) -> None:
    to_the_downtime(walk)
    walk.do("hosted-downtime", at="2026-08-11T13:00")
    walk.move("2026-08-11T13:00")
    walk.do("hosted-loaded", "hosted-welcome")


def test_to_a_local_installation_in_two_to_three_business_days(walk: Walk) -> None:
    begin(walk, "local-installation")
    assert not any(name.startswith("hosted") for name in walk.left())
    walk.do("local-form", "local-routed", "local-cancelled", "local-ticket")
    walk.move("2026-08-11T10:00")
    walk.do("local-renewal")
    walk.refused("local-order", StepOutOfOrder, "nobody has approved local-renewal")
    walk.approve("local-renewal", "Anna Åström")
    walk.move("2026-08-12T15:00")
    walk.do("local-order")
    assert walk.left() == ["local-licences", "closed"]
    walk.do("local-licences")
    assert walk.left() == []


def test_it_is_late_when_the_third_business_day_is_over(walk: Walk) -> None:
    walk.move("2026-08-13T09:00")
    walk.do("route", answer="local-installation")
    walk.do("renewal-prices", "backup")
    # Friday, Monday, Tuesday: the weekend does not count.
    walk.move("2026-08-18T23:59")
    assert not walk.standings()["closed"].late
    walk.move("2026-08-19")
    assert walk.standings()["closed"].late


def test_to_a_hosted_desktop(walk: Walk) -> None:
    to_the_welcome(walk)
    walk.do("hosted-complete", "hosted-cancelled", "hosted-ticket", "hosted-renewal")
    walk.approve("hosted-renewal", "Anna Åström")
    walk.move("2026-08-12T10:00")
    walk.do("hosted-order", "hosted-licences")
    assert walk.left() == []
    assert not any(name.startswith("local") for name in walk.left())


def test_the_cancellation_is_refused_before_the_welcome_mail(walk: Walk) -> None:
    to_the_downtime(walk)
    walk.refused("hosted-cancelled", StepOutOfOrder, "(hosted-complete, owner: team:portal-technicians)")
    walk.do("hosted-downtime", at="2026-08-11T13:00")
    walk.move("2026-08-11T13:00")
    walk.do("hosted-loaded")
    walk.refused("hosted-cancelled", StepOutOfOrder, "hosted-complete")
    walk.refused("hosted-complete", StepOutOfOrder, "“Send the welcome mail” (hosted-welcome")
    walk.refused("hosted-welcome", EvidenceMissing, "it has to leave welcome-mail", welcome_mail=" ")
    walk.do("hosted-welcome", "hosted-complete", "hosted-cancelled")


@pytest.mark.parametrize(
    ("at", "failure", "words"),
    [
        ("2026-08-11T14:00", WindowMissed, "it takes 4 hours, business hours only (08:00 to 17:00)"),
        ("2026-08-15T09:00", WindowMissed, "2026-08-15 09:00 is not within the window"),
        ("2026-08-11T06:00", WindowMissed, "2026-08-11 06:00"),
        ("2026-08-10T08:30", DatePast, "The time of downtime (2026-08-10 08:30 CEST) lies in the past"),
        ("", DateMissing, "it asks for the time of downtime"),
    ],
)
def test_the_downtime_is_four_hours_within_business_hours(
    walk: Walk, at: str, failure: type[WindowMissed], words: str
) -> None:
    to_the_downtime(walk)
    walk.refused("hosted-downtime", failure, words, at=at)


def test_nothing_is_loaded_outside_of_the_agreed_window(walk: Walk) -> None:
    to_the_downtime(walk)
    walk.do("hosted-downtime", at="2026-08-11T13:00")
    walk.refused("hosted-loaded", StepOutOfOrder, "It is due at 2026-08-11 13:00 CEST")
    walk.move("2026-08-11T17:00")
    walk.refused("hosted-loaded", StepOutOfOrder, "Its window is from 2026-08-11 13:00 CEST to 2026-08-11 17:00 CEST")
    walk.move("2026-08-11T16:59")
    walk.do("hosted-loaded")


def test_no_change_to_the_order_is_allowed(walk: Walk) -> None:
    to_the_welcome(walk)
    walk.do("hosted-complete", "hosted-cancelled", "hosted-ticket")
    walk.refused("hosted-renewal", EvidenceMissing, "it has to leave setup-licence", setup_licence="")
    walk.do("hosted-renewal", one_order="order 4711")
    walk.approve("hosted-renewal", "Anna Åström")
    assert redo(walk.course, "hosted-renewal", by="Rolf Repslagare", comment="one user more")
    walk.do("hosted-renewal", one_order="order 4711, one user more")
    walk.refused("hosted-order", StepOutOfOrder, "an approval was given for what it was before, and is void")
    walk.approve("hosted-renewal", "Anna Åström")
    walk.do("hosted-order")


def test_no_form_before_the_backup_and_no_answer_but_the_two(walk: Walk) -> None:
    walk.move("2026-08-10T09:00")
    walk.refused("local-form", StepOutOfOrder, "(backup, owner: customer)")
    walk.refused("route", AnswerUnknown, "choose one of local-installation, hosted-desktop", answer="the-moon")
    walk.do("route", answer="hosted-desktop")
    walk.refused("local-form", StepOutOfOrder, "it does not apply: route was answered otherwise")
