"""The contract that is being left."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from skyflytt.project.fields import Day, Text
from skyflytt.project.part import Part


class NoticeInMonths(Part):
    """Notice counted in months: by calendar months that have started, or from the day notice was given."""

    rule: Literal["started-months", "rolling-months"] = Field(description="How the months count.")
    months: int = Field(ge=0, le=60, description="Number of months.", examples=[2])

    @property
    def length(self) -> int:
        return self.months


class NoticeInDays(Part):
    """Notice counted in days from the day it was given."""

    rule: Literal["days"] = Field(description="Notice in days.")
    days: int = Field(ge=0, le=1830, description="Number of days.", examples=[30])

    @property
    def length(self) -> int:
        return self.days


Notice = Annotated[NoticeInMonths | NoticeInDays, Field(discriminator="rule")]


class Contract(Part):
    """The contract that is being left: its notice, and how long the data stays afterwards."""

    provider: Text = Field(description="The provider that is being left.", examples=["Gamla Molnet AB"])
    notice_given: Day = Field(description="Day on which notice was (or will be) given.", examples=["2026-08-08"])
    notice: Notice = Field(description="How the period of notice is counted.")
    retrieval_days: int = Field(
        ge=0, le=3660, description="Days after the notice's end during which the data can be fetched.", examples=[30]
    )
    erasure_days: int = Field(
        ge=0, le=3660, description="Days after the retrieval's end within which the provider erases.", examples=[7]
    )
    data_act: bool = Field(
        default=False, description="Whether the EU Data Act's chapter on switching applies to the contract."
    )
