"""Failures of dates, rules and countdowns."""

from __future__ import annotations

from skyflytt.errors.base import BadInput, NeedsPerson


class DateUnreadable(BadInput):
    """{item} is no date: {detail}"""

    code = "deadline.date-unreadable"
    advice = "Write a day as 2026-08-08, or a time as 2026-08-08T09:00; nothing was computed."


class DateMissing(BadInput):
    """{item} has no date to count from: {detail}"""

    code = "deadline.date-missing"
    advice = "Give the day on which notice was given, or a project file that has it."


class DatePast(BadInput):
    """{item} lies in the past: {detail}"""

    code = "deadline.date-past"
    advice = "Agree on a time that is still to come; nothing was changed."


class DateTooSoon(BadInput):
    """{item} comes too soon: {detail}"""

    code = "deadline.date-too-soon"
    advice = "Give a later day; the law or the contract names the earliest one."


class TimeDoesNotExist(BadInput):
    """{item} does not exist: {detail}"""

    code = "deadline.time-does-not-exist"
    advice = "The clocks go forward over that hour; give a time before or after it."


class TimeExistsTwice(BadInput):
    """{item} exists twice: {detail}"""

    code = "deadline.time-exists-twice"
    advice = "The clocks go back over that hour; write the offset that is meant, such as +02:00."


class RuleUnknown(BadInput):
    """{item} is no rule for a period: {detail}"""

    code = "deadline.rule-unknown"
    advice = "Write one of started-months:2, rolling-months:2, days:30, weeks:4-6, business-days:2-3, business-hours:4."


class CalendarUnknown(BadInput):
    """There is no calendar of business days for {item}: {detail}"""

    code = "deadline.calendar-unknown"
    advice = "Name the country by two letters, such as SE, NO, RS or US, and a time zone of the IANA list."


class WindowMissed(BadInput):
    """{item} is not within the window: {detail}"""

    code = "deadline.window-missed"
    advice = "Agree on a time within the window; the step says which hours count."


class CountdownWrong(NeedsPerson):
    """The countdown of {item} does not allow that now: {detail}"""

    code = "deadline.countdown-wrong"
    advice = "Look at the countdown's state; what has to come before is named. Nothing was changed."


class FileNotWritten(NeedsPerson):
    """{item} could not be written: {detail}"""

    code = "deadline.file-not-written"
    advice = "Name a file in a folder that is there and may be written to."
