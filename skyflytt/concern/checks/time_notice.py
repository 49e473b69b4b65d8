"""Too little time is left before service ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.estimate import Estimate, estimate
from skyflytt.concern.facts import Facts
from skyflytt.concern.rates import rates_of
from skyflytt.concern.words import days, hours

ID = "time.notice-runs-out"
CATEGORY = Category.CRITICAL
TITLE = "The notice runs out"
MEANING = (
    "The end of service is nearer than the move allows: less than two weeks away, or less than twice the time that the first pass and "
    "the last one are expected to take."
)
ADVICE = "Ask the provider for more time in writing now (the Data Act lets a customer extend once), and start the first pass at once."

LEAST = timedelta(days=14)


def check(facts: Facts) -> Iterator[Concern]:
    expected = estimate(facts, rates_of(facts))
    left = expected.cutover_by - facts.at
    needed = timedelta(hours=expected.first_pass_hours + expected.delta_pass_hours)
    if left < max(LEAST, 2 * needed):
        yield Concern(ID, CATEGORY, f"contract with {facts.project.contract.provider}", _found(facts, expected, left))


def _found(facts: Facts, expected: Estimate, left: timedelta) -> str:
    passes = hours(expected.first_pass_hours + expected.delta_pass_hours)
    ends = expected.cutover_by.astimezone(facts.project.zone)
    when = (
        f"ended on {ends:%Y-%m-%d %H:%M}" if left <= timedelta() else f"ends on {ends:%Y-%m-%d %H:%M}, in {days(left)}"
    )
    unknown = f" (not counting {', '.join(expected.unmeasured)}, not measured)" if expected.unmeasured else ""
    return (
        f"Service {when}; the first pass and the last one are expected to take {passes}{unknown}, measured on a sample."
    )
