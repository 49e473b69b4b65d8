"""Switching under the EU Data Act (Regulation (EU) 2023/2854, Chapter VI) as figures, and the dates that follow from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from skyflytt.deadline.business import BusinessHours
from skyflytt.deadline.notice import after_months, last_day
from skyflytt.project.contract import Contract, NoticeInMonths

MAX_NOTICE = NoticeInMonths(rule="rolling-months", months=2)
"""Article 25(2)(d): the most."""
TRANSITION_DAYS = 30
"""Article 25(2)(a): at most, the contract running on."""
REASONS_WORKING_DAYS = 14
"""Article 25(4): within so many working days of the request the provider says why 30 days are not feasible."""
LONGEST_TRANSITION_MONTHS = 7
"""Article 25(4)."""
MIN_RETRIEVAL_DAYS = 30
"""Article 25(2)(g): at least, after the transition."""
FREE_OF_CHARGES = date(2027, 1, 12)
"""Article 29(1): no switching charges from this day; before it, no more than they cost the provider (29(2))."""


@dataclass(frozen=True, slots=True)
class Switch:
    """The last days of a switch, and `refused`: what was asked for and does not hold, as clauses of a sentence."""

    notice_ends: date
    reasons_by: date
    transition_ends: date
    retrieval_ends: date
    erasure: date
    refused: tuple[str, ...]


def switch_of(contract: Contract, business: BusinessHours) -> Switch:
    """The days by the law. Where the contract is better for the customer (a shorter notice, a longer retrieval), it counts."""
    given = contract.notice_given
    notice = min(last_day(given, contract.notice), last_day(given, MAX_NOTICE))
    reasons_by = business.days_after(given, REASONS_WORKING_DAYS)
    transition, refused = _transition(contract, notice, reasons_by)
    retrieval = transition + timedelta(days=max(MIN_RETRIEVAL_DAYS, contract.retrieval_days))
    erasure = retrieval + timedelta(days=contract.erasure_days)
    return Switch(notice, reasons_by, transition, retrieval, erasure, tuple(refused))


def switching_charges(day: date) -> str:
    """What the provider may charge for the switch itself on this day."""
    return "none" if day >= FREE_OF_CHARGES else "at cost"


def _transition(contract: Contract, notice_ends: date, reasons_by: date) -> tuple[date, list[str]]:
    ends, refused = notice_ends + timedelta(days=TRANSITION_DAYS), list[str]()
    if (longer := contract.longer_transition) is not None:
        longest = after_months(notice_ends, LONGEST_TRANSITION_MONTHS, to_the_end=False)
        if longer.reasons_given > reasons_by:
            refused.append(
                f"the reasons for a longer transition came on {longer.reasons_given}, after {reasons_by}; it stays at {ends}"
            )
        elif longer.until > longest:
            refused.append(f"a transition to {longer.until} is longer than seven months; it ends on {longest}")
            ends = longest
        else:
            ends = max(ends, longer.until)
    if (extended := contract.customer_extends_to) is not None:
        if extended <= ends:
            refused.append(f"the customer's extension to {extended} would not be later than {ends}")
        ends = max(ends, extended)
    return ends, refused


def conflicts(contract: Contract) -> Iterator[str]:
    """What of the contract does not fit, as clauses of a sentence."""
    notice, longest = (last_day(contract.notice_given, one) for one in (contract.notice, MAX_NOTICE))
    if notice > longest:
        given = (notice - contract.notice_given).days
        yield f"the notice lasts {given} days, to {notice}, where two months end on {longest} at the latest"
    if contract.retrieval_days < MIN_RETRIEVAL_DAYS:
        yield f"the data can be retrieved for {contract.retrieval_days} days where {MIN_RETRIEVAL_DAYS} are the least"
