"""How much arrived at the new home in each hour, day or week."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from skyflytt.deadline.notice import start_of_day
from skyflytt.ledger.schema import State
from skyflytt.report.counted import Counts, Passes
from skyflytt.report.passes import ENDED, PassRow

HOUR = timedelta(hours=1)
MOST_BARS = 62
HOURLY_UP_TO = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Bar:
    """What was moved from `begins` on, for one hour, day or week."""

    begins: datetime
    items: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Throughput:
    """`bars` are the newest `MOST_BARS`; the sums are of all passes. `unit` is hour, day or week of the project's zone."""

    unit: str
    bars: tuple[Bar, ...]
    items: int
    size_bytes: int
    cut: bool

    @property
    def busiest(self) -> Bar:
        return max(self.bars, key=lambda bar: bar.items)


@dataclass(frozen=True, slots=True)
class _Moved:
    begins: datetime
    ends: datetime
    items: int
    size_bytes: int


def throughput(passes: Passes, counts: Counts, now: datetime, zone: ZoneInfo) -> Throughput | None:
    """From the passes of some workloads; None when nothing was moved.

    A pass that ran over several hours is spread evenly over them. Its items are those of its account, or, without one, those that
    the ledger has as moved by it; its bytes are those of what the ledger still has as moved by it.
    """
    moved = [one for workload, rows in passes.items() for one in _moved(rows, counts, workload, now)]
    if not moved:
        return None
    first, last = min(one.begins for one in moved), max(one.ends for one in moved)
    unit = _unit(last - first)
    edges = _edges(first, last, unit, zone)
    bars = _bars(moved, edges)
    return Throughput(
        unit,
        tuple(bars[-MOST_BARS:]),
        sum(one.items for one in moved),
        sum(one.size_bytes for one in moved),
        cut=len(bars) > MOST_BARS,
    )


def _moved(rows: Sequence[PassRow], counts: Counts, workload: int, now: datetime) -> Iterator[_Moved]:
    items: dict[int, int] = {}
    size: dict[int, int] = {}
    for one in counts.get(workload, ()):
        if one.state is State.DONE:
            items[one.done_pass] = items.get(one.done_pass, 0) + one.items
            size[one.done_pass] = size.get(one.done_pass, 0) + one.size_bytes
    for row in rows:
        number = row.moved_now if row.state == ENDED and row.moved_now is not None else items.get(row.number, 0)
        if number:
            ends = max(row.ended_at or now, row.started_at)
            yield _Moved(row.started_at, ends, number, size.get(row.number, 0))


def _unit(span: timedelta) -> str:
    if span <= HOURLY_UP_TO:
        return "hour"
    return "day" if span <= timedelta(days=MOST_BARS - 2) else "week"


def _edges(first: datetime, last: datetime, unit: str, zone: ZoneInfo) -> list[datetime]:
    """The beginning of each bar, and the end of the last one, which is after `last`."""
    edges = [_floor(first, unit, zone)]
    while edges[-1] <= last:
        edges.append(_next(edges[-1], unit, zone))
    return edges


def _floor(at: datetime, unit: str, zone: ZoneInfo) -> datetime:
    local = at.astimezone(zone)
    if unit == "hour":
        return at - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    back = local.weekday() if unit == "week" else 0
    return start_of_day(local.date() - timedelta(days=back), zone)


def _next(edge: datetime, unit: str, zone: ZoneInfo) -> datetime:
    if unit == "hour":
        return edge + HOUR
    return start_of_day(edge.astimezone(zone).date() + timedelta(days=7 if unit == "week" else 1), zone)


def _bars(moved: Sequence[_Moved], edges: Sequence[datetime]) -> list[Bar]:
    items, size = [0] * (len(edges) - 1), [0] * (len(edges) - 1)
    for one in moved:
        before = (0, 0)
        for place in range(bisect_right(edges, one.begins) - 1, bisect_right(edges, one.ends)):
            # Rounded from the pass's beginning, so that the parts add up to exactly what it moved.
            share = _share(one, edges[place + 1])
            until = (round(one.items * share), round(one.size_bytes * share))
            items[place] += until[0] - before[0]
            size[place] += until[1] - before[1]
            before = until
    return [Bar(*one) for one in zip(edges[:-1], items, size, strict=True)]


def _share(one: _Moved, until: datetime) -> float:
    """How much of a pass lies before an instant, from 0 to 1."""
    if one.ends <= one.begins:
        return 1.0 if until > one.begins else 0.0
    return min(max((until - one.begins) / (one.ends - one.begins), 0.0), 1.0)
