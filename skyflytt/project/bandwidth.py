"""When the move may take how much of the line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field

from skyflytt.files.timetable import read_days, read_hour
from skyflytt.project.fields import Text
from skyflytt.project.part import Part, quoted, wrong


def _checked(read: Callable[[str], Any], write: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        try:
            read(text)
        except ValueError:
            raise wrong(f"{quoted(text)} cannot be read", write) from None
        return text

    return check


Days = Annotated[Text, AfterValidator(_checked(read_days, "weekdays such as mon-fri, or sat, sun"))]
Hour = Annotated[str, AfterValidator(_checked(read_hour, 'an hour in quotes, such as "08:00"'))]


class BandwidthWindow(Part):
    """Hours in which the line is needed for work. Everything that the move sends and takes, over all connections, counts together.

    A window that ends before it begins goes on past midnight.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    days: Days = Field(default="mon-sun", description="Weekdays: mon-fri, or sat, sun.", examples=["mon-fri"])
    begins: Hour = Field(alias="from", description="From when, in the project's time zone.", examples=["08:00"])
    ends: Hour = Field(alias="to", description="Until when.", examples=["17:00"])
    megabit_per_s: float = Field(
        gt=0, le=1_000_000, description="How much of the line the move may take.", examples=[20]
    )
