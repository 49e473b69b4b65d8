"""When what comes again by itself is run."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from skyflytt.project.part import Part, quoted, wrong

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def check_clock(text: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise wrong(f"{quoted(text)} is no time of day", 'hours and minutes in quotes, such as "22:00"')
    return text


ClockTime = Annotated[str, AfterValidator(check_clock)]


class WeeklyReport(Part):
    """When the customer gets the report of the week."""

    day: Weekday = Field(default="mon", description="Weekday: mon, tue, wed, thu, fri, sat or sun.")
    at: ClockTime = Field(default="08:00", description="Time of day, in the project's time zone.", examples=["08:00"])


class Schedule(Part):
    """What comes again by itself, by the clock of the project's time zone. What is `null` is started by hand, or by the playbook.

    Registering the project makes a schedule of each that has something to do.
    """

    advance_minutes: int | None = Field(
        default=5, ge=1, le=1440, description="Every how many minutes the playbook is looked at.", examples=[5]
    )
    delta: ClockTime | None = Field(
        default="22:00",
        description="When each night's pass over mailboxes and shares begins, once a first one was made.",
        examples=["22:00"],
    )
    callers: ClockTime | None = Field(
        default="06:00", description="When the logs of the servers being left are read each day.", examples=["06:00"]
    )
    weekly_report: WeeklyReport | None = Field(
        default=WeeklyReport(), description="When the customer gets the report of the week."
    )
