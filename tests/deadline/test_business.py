"""Business days and hours: holidays of countries, windows within hours and outside of them, the annual wheel."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from skyflytt.deadline.annual import annual_wheel
from skyflytt.deadline.business import BusinessHours, business_hours_of, country_of
from skyflytt.errors.deadline import CalendarUnknown

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SWEDEN = business_hours_of(STOCKHOLM)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("Europe/Stockholm", "SE"),
        ("Europe/Oslo", "NO"),
        ("Europe/Belgrade", "RS"),
        ("America/New_York", "US"),
        ("UTC", ""),
    ],
)
def test_a_zone_has_the_country_of_its_table(zone: str, country: str) -> None:
    assert country_of(zone) == country
    assert business_hours_of(ZoneInfo(zone)).country == country


@pytest.mark.parametrize(
    ("country", "day", "name"),
    [
        ("SE", date(2026, 6, 19), "Midsummer Eve"),
        ("NO", date(2026, 5, 17), "Constitution Day"),
        ("RS", date(2026, 4, 10), "Good Friday"),
        ("US", date(2026, 11, 26), "Thanksgiving"),
        ("SE", date(2026, 8, 8), "Saturday"),
        ("SE", date(2026, 8, 10), None),
    ],
)
def test_holidays(country: str, day: date, name: str | None) -> None:
    said = business_hours_of(STOCKHOLM, country).holiday(day)
    assert said == name or (name is not None and said is not None and name in said)


def test_without_a_country_only_weekends_count() -> None:
    plain = BusinessHours(ZoneInfo("UTC"))
    assert [plain.is_business_day(date(2026, 12, day)) for day in (24, 25, 26)] == [True, True, False]


@pytest.mark.parametrize("country", ["XX", "sweden"])
def test_an_unknown_country(country: str) -> None:
    with pytest.raises(CalendarUnknown, match="two letters"):
        business_hours_of(STOCKHOLM, country)


def test_a_window_of_four_hours_within_business_hours() -> None:
    assert SWEDEN.next_window(at("2026-08-10T13:00"), 4) == (at("2026-08-10T13:00"), at("2026-08-10T17:00"))
    assert SWEDEN.next_window(at("2026-08-10T13:01"), 4)[0] == at("2026-08-11T08:00")
    assert SWEDEN.next_window(at("2026-08-14T16:00"), 4)[0] == at("2026-08-17T08:00")
    with pytest.raises(CalendarUnknown, match="08:00 to 17:00"):
        SWEDEN.next_window(at("2026-08-10T13:00"), 10)


def test_within_and_outside_of_business_hours() -> None:
    assert SWEDEN.contain(at("2026-08-10T09:00"), at("2026-08-10T13:00"))
    assert not SWEDEN.contain(at("2026-08-10T14:00"), at("2026-08-10T18:00"))
    assert not SWEDEN.contain(at("2026-08-08T09:00"), at("2026-08-08T13:00"))
    assert not SWEDEN.touch(at("2026-08-07T17:00"), at("2026-08-10T08:00"))
    assert SWEDEN.touch(at("2026-08-07T17:00"), at("2026-08-10T08:01"))
    assert SWEDEN.touch(at("2026-08-07T16:59"), at("2026-08-07T16:59"))


def test_hours_over_the_change_of_the_clocks() -> None:
    night = BusinessHours(STOCKHOLM, "", None, time(0), time(4))
    # 29 March 2026 is a Sunday; on Monday the day has its hours again.
    assert night.hours_after(at("2026-03-27T02:00"), 3) == at("2026-03-30T01:00")


def test_the_annual_wheel_does_not_drift_and_falls_on_business_days() -> None:
    assert annual_wheel(date(2026, 8, 31), 3, 4, SWEDEN) == [
        date(2026, 11, 30),
        date(2027, 3, 1),
        date(2027, 5, 31),
        date(2027, 8, 31),
    ]
    assert annual_wheel(date(2026, 3, 28), 12, 1, SWEDEN) == [date(2027, 3, 30)]
