"""Recurrence as Outlook stores it, and as iCalendar writes it ([MS-OXOCAL] 2.2.1.44, RFC 5545 3.3.10)."""

from skyflytt.outlook.items.recurrence.blob import (
    decode_appointment,
    decode_pattern,
    encode_appointment,
    encode_pattern,
)
from skyflytt.outlook.items.recurrence.dates import NO_END_YEAR, anchored, instances, occurrences
from skyflytt.outlook.items.recurrence.pattern import (
    AppointmentRecurrence,
    EndType,
    ExceptionInfo,
    Frequency,
    PatternType,
    RecurrencePattern,
)
from skyflytt.outlook.items.recurrence.rule_of_pattern import NoSuchRule, rule_of_pattern
from skyflytt.outlook.items.recurrence.series import Series, series_of

__all__ = [
    "NO_END_YEAR",
    "AppointmentRecurrence",
    "EndType",
    "ExceptionInfo",
    "Frequency",
    "NoSuchRule",
    "PatternType",
    "RecurrencePattern",
    "Series",
    "anchored",
    "decode_appointment",
    "decode_pattern",
    "encode_appointment",
    "encode_pattern",
    "instances",
    "occurrences",
    "rule_of_pattern",
    "series_of",
]
