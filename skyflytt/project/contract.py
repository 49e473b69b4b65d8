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


class Regime(Part):
    """Whose periods the move is planned by. Nothing is chosen silently: a person decides, and it is recorded."""

    follow: Literal["contract", "data-act"] = Field(description="The contract's periods, or those of the EU Data Act.")
    decided_by: Text = Field(description="Who decided it.", examples=["Ingrid Solberg"])
    decided_on: Day = Field(description="When it was decided.", examples=["2026-08-10"])
    why: Text = Field(description="Why.", examples=["Counsel holds the service to be a data processing service."])


class LongerTransition(Part):
    """A transition longer than 30 days under the Data Act (Article 25(4)): at most seven months, for reasons given in time."""

    until: Day = Field(description="Last day of the transition.", examples=["2027-02-28"])
    reasons_given: Day = Field(description="Day on which the provider gave its reasons.", examples=["2026-08-20"])
    why: Text = Field(description="The provider's reasons.", examples=["The archive has 40 TB."])


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
    regime: Regime | None = Field(
        default=None, description="Whose periods hold; without a decision, the contract's, and a conflict is a concern."
    )
    longer_transition: LongerTransition | None = Field(
        default=None, description="Under the Data Act: the longer transition that the provider asked for."
    )
    customer_extends_to: Day | None = Field(
        default=None, description="Under the Data Act: last day of the transition as the customer extended it, once."
    )

    @property
    def follows_data_act(self) -> bool:
        return self.regime is not None and self.regime.follow == "data-act"
