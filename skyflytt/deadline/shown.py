"""How an instant is told: the midnight at which a period ends is the 24:00 of its last day; any other is the day that it begins."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from skyflytt.deadline.notice import start_of_day
from skyflytt.deadline.terms import ERASURE, NOTICE_ENDS, REASONS_BY, RETRIEVAL_ENDS, TRANSITION_ENDS, Deadline

CLOSE_A_DAY = (
    *(NOTICE_ENDS, REASONS_BY, TRANSITION_ENDS, RETRIEVAL_ENDS, ERASURE),
    *("drop-ends", "deletion", "ends", "ends-earliest", "ends-latest"),
)


def shown(one: Deadline, zone: ZoneInfo) -> str:
    """`2026-10-31 24:00` for the end of a period, `2026-05-30 00:00` for what is due from then on."""
    return shown_end(one.at, zone) if closes_a_day(one) else f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}"


def shown_end(at: datetime, zone: ZoneInfo) -> str:
    """`2026-10-31 24:00` for the midnight that begins 1 November, else `2026-11-01 09:00`."""
    local = at.astimezone(zone)
    if local == start_of_day(local.date(), zone):
        return f"{local.date() - timedelta(days=1)} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"


def whole_day(one: Deadline, zone: ZoneInfo) -> date | None:
    """The day as which a deadline at midnight stands in a calendar; None for one at another hour."""
    local = one.at.astimezone(zone)
    if local != start_of_day(local.date(), zone):
        return None
    return local.date() - timedelta(days=1) if closes_a_day(one) else local.date()


def closes_a_day(one: Deadline) -> bool:
    """Whether it is the end of a period, which a day of its own belongs to."""
    return one.name.partition(".")[0] in CLOSE_A_DAY
