"""Holidays in the last days of service."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count
from skyflytt.deadline.notice import last_day

ID = "time.days-off-before-the-end"
CATEGORY = Category.ADVISORY
TITLE = "Days off just before the end"
MEANING = (
    "In the last two weeks of service there are public holidays, or it ends on a day when offices are closed. "
    "Whoever is needed that day, at the customer, the provider or here, is away."
)
ADVICE = "Plan the cutover before them, and have a person on call at both ends named for the days in between."

LAST_DAYS = 14
SATURDAY = 5


def check(facts: Facts) -> Iterator[Concern]:
    contract, business = facts.project.contract, facts.project.business
    last = last_day(contract.notice_given, contract.notice)
    days = [last - timedelta(days=back) for back in range(LAST_DAYS)]
    off = [
        (day, name)
        for day in reversed(days)
        if (name := business.holiday(day)) and (day.weekday() < SATURDAY or day == last)
    ]
    if off:
        found = f"{count(len(off), 'day')} off beside weekends in the last {LAST_DAYS} days of service, or on its last day, {last}."
        shown = (f"{day:%a} {day}: {name}" for day, name in off)
        yield Concern(ID, CATEGORY, f"contract with {contract.provider}", found, some(shown))
