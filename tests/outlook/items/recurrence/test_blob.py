# ruff: noqa: DTZ001 - the local time of a series
"""Recurrence structures byte by byte: the worked examples of [MS-OXOCAL] 4.1.1, and one that Outlook wrote."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyflytt.outlook.items.recurrence import (
    AppointmentRecurrence,
    EndType,
    ExceptionInfo,
    Frequency,
    NoSuchRule,
    PatternType,
    RecurrencePattern,
    anchored,
    decode_appointment,
    decode_pattern,
    encode_appointment,
    instances,
    occurrences,
    rule_of_pattern,
)

WEEKLY = (
    "043004300B2001000000C0210000010000000000000032000000222000000C000000000000000000000000000000"
    "8020BC0C20ADBC0C0630000009300000580200007602000000000000000000000000"
)
WEEKLY_WITH_EXCEPTION = (
    "043004300B2001000000C0210000010000000000000032000000222000000C0000000000000001000000A096BC0C01000000A096BC0C"
    "8020BC0C20ADBC0C0630000009300000580200007602000001003499BC0C5299BC0CF898BC0C11002200210053696D706C6520526563"
    "757272656E6365207769746820657863657074696F6E730800070033342F34313431000000000400000000000000000000003499BC0C"
    "5299BC0CF898BC0C2100530069006D0070006C006500200052006500630075007200720065006E006300650020007700690074006800"
    "200065007800630065007000740069006F006E0073000700330034002F0034003100340031000000000000000000"
)
DAILY_WITH_DELETIONS = (
    "043004300A2000000000A0050000E010000000000000212000000A0000000000000002000000A0C1DC0C80D2DC0C00000000207EDC0C"
    "0016DD0C0630000009300000E0010000FE01000000000000000000000000"
)
HEBREW = (
    "043004300D200200080080750A000C0000000000000003000000232000000A0000000000000001000000207EDC0C01000000207EDC0C"
    "6074C40CDF80E95A0630000009300000E0010000FE01000001000080DC0C1E80DC0C0080DC0C24023C0000000100000000000000"
    "04000000000000000000000000000000"
)
MONDAY, THURSDAY, FRIDAY = 2, 16, 32


def _weekly() -> RecurrencePattern:
    return anchored(
        RecurrencePattern(
            frequency=Frequency.WEEKLY,
            pattern_type=PatternType.WEEK,
            period=1,
            days=MONDAY | THURSDAY | FRIDAY,
            end_type=EndType.AFTER_COUNT,
            occurrence_count=12,
            start=date(2007, 3, 26),
            end=date(2007, 4, 20),
        )
    )


def test_example_4_1_1_1_weekly() -> None:
    recurrence = AppointmentRecurrence(pattern=_weekly(), start_minutes=600, end_minutes=630)
    assert encode_appointment(recurrence) == bytes.fromhex(WEEKLY)
    assert decode_appointment(bytes.fromhex(WEEKLY)) == recurrence


def test_the_weekly_example_has_twelve_dates_and_the_last_is_its_end() -> None:
    dates = list(occurrences(_weekly()))
    assert len(dates) == 12
    assert dates[:3] == [date(2007, 3, 26), date(2007, 3, 29), date(2007, 3, 30)]
    assert dates[-1] == date(2007, 4, 20)


def test_example_4_1_1_2_weekly_with_a_changed_instance() -> None:
    recurrence = decode_appointment(bytes.fromhex(WEEKLY_WITH_EXCEPTION))
    assert recurrence.pattern.deleted == recurrence.pattern.modified == (date(2007, 4, 16),)
    assert recurrence.exceptions == (
        ExceptionInfo(
            start=datetime(2007, 4, 16, 11, 0),
            end=datetime(2007, 4, 16, 11, 30),
            original_start=datetime(2007, 4, 16, 10, 0),
            subject="Simple Recurrence with exceptions",
            location="34/4141",
        ),
    )
    assert encode_appointment(recurrence) == bytes.fromhex(WEEKLY_WITH_EXCEPTION)


def test_example_4_1_1_3_daily_with_deleted_instances() -> None:
    pattern = anchored(
        RecurrencePattern(
            frequency=Frequency.DAILY,
            pattern_type=PatternType.DAY,
            period=3 * 1440,
            end_type=EndType.BY_DATE,
            occurrence_count=10,
            start=date(2011, 4, 7),
            end=date(2011, 5, 4),
            deleted=(date(2011, 4, 19), date(2011, 4, 22)),
        )
    )
    recurrence = AppointmentRecurrence(pattern=pattern, start_minutes=480, end_minutes=510)
    assert encode_appointment(recurrence) == bytes.fromhex(DAILY_WITH_DELETIONS)
    assert len(list(occurrences(pattern))) == 10
    assert len(list(instances(pattern))) == 8


def test_example_4_1_1_6_hebrew_is_read_and_written_but_has_no_rule() -> None:
    recurrence = decode_appointment(bytes.fromhex(HEBREW))
    assert encode_appointment(recurrence) == bytes.fromhex(HEBREW)
    (changed,) = recurrence.exceptions
    assert (changed.reminder_delta, changed.busy_status, changed.body) == (60, 1, True)
    assert list(occurrences(recurrence.pattern)) == []
    with pytest.raises(NoSuchRule):
        rule_of_pattern(recurrence.pattern, recurrence.pattern.start, None)


def test_names_beyond_the_code_page_are_whole_in_the_extended_part() -> None:
    changed = ExceptionInfo(
        start=datetime(2007, 4, 16, 11, 0),
        end=datetime(2007, 4, 16, 11, 30),
        original_start=datetime(2007, 4, 16, 10, 0),
        subject="Састанак 🗓",
        location="Ćuprija",
        meeting_type=1,
        reminder_set=0,
        attachment=1,
        sub_type=1,
        color=3,
    )
    recurrence = AppointmentRecurrence(pattern=_weekly(), start_minutes=600, end_minutes=630, exceptions=(changed,))
    assert decode_appointment(encode_appointment(recurrence)) == recurrence


def test_a_damaged_extended_part_leaves_the_names_of_the_code_page() -> None:
    whole = bytes.fromhex(WEEKLY_WITH_EXCEPTION)
    recurrence = decode_appointment(whole[:-40])
    assert recurrence.exceptions[0].subject == "Simple Recurrence with exceptions"
    assert recurrence.exceptions[0].location == "34/4141"


@pytest.mark.parametrize("example", [WEEKLY, WEEKLY_WITH_EXCEPTION, DAILY_WITH_DELETIONS, HEBREW])
def test_cut_off_anywhere_it_is_a_value_error_or_read(example: str) -> None:
    whole = bytes.fromhex(example)
    for length in range(len(whole)):
        try:
            decode_appointment(whole[:length])
        except ValueError:
            continue


@given(st.binary(max_size=120), st.integers(min_value=0, max_value=200), st.integers(min_value=0, max_value=255))
def test_nothing_but_value_error_for_any_bytes(noise: bytes, offset: int, value: int) -> None:
    mutated = bytearray(bytes.fromhex(WEEKLY_WITH_EXCEPTION))
    mutated[offset % len(mutated)] = value
    for data in (noise, bytes(mutated), bytes.fromhex(WEEKLY[:60]) + noise):
        for decode in (decode_pattern, decode_appointment):
            try:
                decode(data)
            except ValueError:
                continue
