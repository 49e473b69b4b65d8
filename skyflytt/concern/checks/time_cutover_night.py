"""A last pass that is longer than offices are closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.estimate import estimate
from skyflytt.concern.facts import Facts
from skyflytt.concern.rates import rates_of
from skyflytt.concern.words import hours

ID = "time.cutover-longer-than-a-night"
CATEGORY = Category.WARNING
TITLE = "The last pass does not fit into a night"
MEANING = (
    "At the cutover nobody works at the old system until the last pass is through. By what was measured, that takes "
    "longer than from the closing of the offices to their opening."
)
ADVICE = (
    "Plan the cutover for a weekend, move workloads in groups, or let delta passes run every few hours on the last "
    "day so that little is left."
)


def check(facts: Facts) -> Iterator[Concern]:
    expected, business = estimate(facts, rates_of(facts)), facts.project.business
    night = 24 - (_hour(business.closes) - _hour(business.opens))
    if expected.delta_pass_hours > night:
        slowest = sorted(expected.workloads, key=lambda one: -(one.delta_pass_hours or 0))
        shown = (f"{one.label}: {hours(one.delta_pass_hours or 0)}" for one in slowest)
        found = f"A delta pass is expected to take {hours(expected.delta_pass_hours)}; offices are closed for {hours(night)}."
        yield Concern(ID, CATEGORY, "cutover", found, some(shown))


def _hour(at: time) -> float:
    return at.hour + at.minute / 60
