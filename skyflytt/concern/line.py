"""How much a line lets through in a week, with the hours in which it belongs to others."""

from __future__ import annotations

from datetime import datetime, timedelta

from skyflytt.files.timetable import Timetable

WEEK = timedelta(weeks=1)
STEP = timedelta(minutes=15)


def bytes_in_a_week(timetable: Timetable, begins: datetime, servers_bytes_per_s: float | None) -> float | None:
    """Bytes, by quarters of an hour. `servers_bytes_per_s` is what goes where no window holds; None where that was not measured.

    None when hours without a window would decide and nobody knows how fast they are.
    """
    total = 0.0
    for step in range(WEEK // STEP):
        rates = (timetable.rate_at(begins + step * STEP), servers_bytes_per_s)
        known = [rate for rate in rates if rate is not None]
        if not known:
            return None
        total += min(known) * STEP.total_seconds()
    return total
