"""Public holidays in the last days of service."""

from __future__ import annotations

from tests.concern.given import contract, facts, found, project


def test_christmas() -> None:
    of = project(contract=contract(notice_given="2026-10-05", notice={"rule": "started-months", "months": 2}))
    (concern,) = found("time_holidays", facts(of=of))
    assert concern.found == "3 days off beside weekends in the last 14 days of service, or on its last day, 2026-12-31."
    assert concern.examples[0].startswith("Thu 2026-12-24: ")


def test_a_quiet_autumn_that_ends_on_a_saturday() -> None:
    (concern,) = found("time_holidays", facts())
    (day,) = concern.examples
    assert day.startswith("Sat 2026-10-31: ")


def test_nothing_is_in_the_way() -> None:
    of = project(contract=contract(notice={"rule": "days", "days": 31}))
    assert not found("time_holidays", facts(of=of))
