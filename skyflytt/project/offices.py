"""When the customer's offices work."""

from __future__ import annotations

from datetime import time
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from skyflytt.deadline.business import BusinessHours, business_hours_of, calendar_of
from skyflytt.errors.deadline import CalendarUnknown
from skyflytt.project.part import Part, quoted, wrong


def check_country(text: str) -> str:
    try:
        calendar_of(text)
    except CalendarUnknown:
        raise wrong(f"{quoted(text)} is no country", "its two letters, such as SE, NO, RS or US") from None
    return text


def check_hour(text: str) -> str:
    try:
        time.fromisoformat(text)
    except ValueError:
        raise wrong(f"{quoted(text)} is no time of day", '"08:00", in quotes') from None
    return text


Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]
Country = Annotated[str, AfterValidator(check_country)]
Hour = Annotated[str, AfterValidator(check_hour)]


class Offices(Part):
    """Business hours: business days of a country, from one hour to another, in the project's time zone."""

    country: Country | None = Field(
        default=None,
        description="Country of the holidays by two letters; without it, the time zone's.",
        examples=["SE"],
    )
    currency: Currency | None = Field(
        default=None,
        description="Currency of quotes by its three letters; without it, the country's.",
        examples=["SEK"],
    )
    opens: Hour = Field(default="08:00", description="When business hours begin.", examples=["08:00"])
    closes: Hour = Field(default="17:00", description="When business hours end.", examples=["17:00"])

    @model_validator(mode="after")
    def opens_before_it_closes(self) -> Offices:
        if time.fromisoformat(self.opens) >= time.fromisoformat(self.closes):
            raise wrong(f"offices close at {self.closes} and open at {self.opens}", "an hour to close after that")
        return self

    def hours_in(self, zone: ZoneInfo) -> BusinessHours:
        usual = business_hours_of(zone, self.country)
        opens, closes = time.fromisoformat(self.opens), time.fromisoformat(self.closes)
        return BusinessHours(zone, usual.country, None, opens, closes)
