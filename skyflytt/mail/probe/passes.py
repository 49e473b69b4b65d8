"""How many passes it takes until one is short enough for a cutover: each finds what came while the one before was running."""

from __future__ import annotations

from skyflytt.concern.estimate import WorkloadEstimate, transfer_seconds
from skyflytt.concern.measured import RECENT_DAYS, Amount
from skyflytt.concern.rates import Rate
from skyflytt.mail.probe.facts import PlannedPass

SHORT_HOURS = 0.25
"""What people wait for between the last look at the old mailbox and the first at the new one."""
MOST_PASSES = 10


def planned(amount: Amount, rate: Rate, estimate: WorkloadEstimate) -> tuple[PlannedPass, ...]:
    """The first pass and those after it, at least one, until one lasts `SHORT_HOURS` or they do not get shorter."""
    if estimate.first_pass_hours is None:
        return ()
    found = [PlannedPass(amount.items, estimate.first_pass_hours)]
    while len(found) < MOST_PASSES:
        following = _after(found[-1].hours, amount, rate)
        gained = following.hours < found[-1].hours * 0.9
        found.append(following)
        if following.hours <= SHORT_HOURS or not gained:
            break
    return tuple(found)


def _after(hours: float, amount: Amount, rate: Rate) -> PlannedPass:
    share = hours / (24 * RECENT_DAYS)
    messages = amount.recent_items * share
    listing = amount.measured.listed / rate.listed_per_second if rate.listed_per_second else 0.0
    transfer = transfer_seconds(rate, messages, amount.recent_bytes * share) or 0.0
    return PlannedPass(messages, (listing + transfer) / 3600)
