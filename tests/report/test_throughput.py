"""What arrived in each hour, day or week, of passes that are made up: the sums stay exact whatever the bars."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from skyflytt.ledger.schema import State
from skyflytt.report.counted import Counted
from skyflytt.report.passes import PassRow
from skyflytt.report.throughput import MOST_BARS, Throughput, throughput

ZONE = ZoneInfo("Europe/Stockholm")
BEGIN = datetime(2026, 10, 3, 20, 30, tzinfo=UTC)


def of(*passes: tuple[datetime, timedelta, int, int], now: datetime = BEGIN) -> Throughput | None:
    """Passes over one workload: beginning, length, items, bytes."""
    rows = [
        PassRow(number, 1, number, "ended", begins, begins + lasts, items, items, items, 0, 0)
        for number, (begins, lasts, items, _) in enumerate(passes, 1)
    ]
    counts = [Counted(State.DONE, "", number, items, size) for number, (_, _, items, size) in enumerate(passes, 1)]
    return throughput({1: rows}, {1: counts}, now, ZONE)


def test_a_pass_over_several_hours_is_spread_evenly() -> None:
    found = of((BEGIN, timedelta(hours=2), 400, 4_000))
    assert found is not None
    assert found.unit == "hour"
    assert [(f"{bar.begins.astimezone(ZONE):%H:%M}", bar.items, bar.size_bytes) for bar in found.bars] == [
        ("22:00", 100, 1_000),
        ("23:00", 200, 2_000),
        ("00:00", 100, 1_000),
    ]


def test_days_are_those_of_the_projects_zone_through_the_change_of_clocks() -> None:
    evening = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)
    found = of((evening, timedelta(0), 5, 50), (evening + timedelta(days=3), timedelta(0), 7, 70))
    assert found is not None
    assert found.unit == "day"
    assert [(f"{bar.begins.astimezone(ZONE):%m-%d %H:%M}", bar.items) for bar in found.bars] == [
        ("10-25 00:00", 5),
        ("10-26 00:00", 0),
        ("10-27 00:00", 7),
    ]


def test_a_pass_that_runs_counts_by_what_the_ledger_has_of_it() -> None:
    row = PassRow(1, 1, 1, "running", BEGIN, None, None, None, None, None, None)
    found = throughput({1: [row]}, {1: [Counted(State.DONE, "", 1, 6, 60)]}, BEGIN + timedelta(hours=1), ZONE)
    assert found is not None
    assert (found.items, found.size_bytes, sum(bar.items for bar in found.bars)) == (6, 60, 6)


def test_nothing_moved_is_no_chart() -> None:
    assert throughput({}, {}, BEGIN, ZONE) is None
    assert of((BEGIN, timedelta(hours=1), 0, 0)) is None


def test_of_many_years_the_newest_weeks_are_drawn_and_all_are_counted() -> None:
    found = of((BEGIN - timedelta(days=3_000), timedelta(0), 10, 10), (BEGIN, timedelta(0), 1, 1))
    assert found is not None
    assert (found.unit, len(found.bars), found.cut, found.items) == ("week", MOST_BARS, True, 11)
    assert sum(bar.items for bar in found.bars) == 1


@given(
    st.lists(
        st.tuples(
            st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=50)),
            st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3)),
            st.integers(min_value=1, max_value=10**9),
            st.integers(min_value=0, max_value=10**15),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_the_bars_add_up_to_what_was_moved(passes: list[tuple[timedelta, timedelta, int, int]]) -> None:
    found = of(*((BEGIN + after, lasts, items, size) for after, lasts, items, size in passes))
    assert found is not None
    assert not found.cut
    assert sum(bar.items for bar in found.bars) == found.items == sum(one[2] for one in passes)
    assert sum(bar.size_bytes for bar in found.bars) == found.size_bytes == sum(one[3] for one in passes)
