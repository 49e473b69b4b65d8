"""The annual wheel: what comes again every so many months, counted from its first day so that month ends do not drift."""

from __future__ import annotations

from datetime import date

from skyflytt.deadline.business import BusinessHours
from skyflytt.deadline.notice import after_months


def annual_wheel(first: date, every_months: int, count: int, business: BusinessHours) -> list[date]:
    """The next `count` days after `first`, each moved to the first business day that is not before it."""
    days = (after_months(first, every_months * turn, to_the_end=False) for turn in range(1, count + 1))
    return [business.first_from(day) for day in days]
