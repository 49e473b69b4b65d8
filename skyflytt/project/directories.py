"""The directories being left: where accounts and licences are given back."""

from __future__ import annotations

from pydantic import Field

from skyflytt.project.fields import Email, Name, Text
from skyflytt.project.part import Many, Part


class DirectoryLeft(Part):
    """An organisation whose licences are counted and given back."""

    name: Name = Field(description="Short name, used in the ledger and in reports.", examples=["webex"])
    server: Name = Field(description="Name of a server that has accounts and licences.", examples=["control-hub"])
    organisation: Text | None = Field(
        default=None,
        description="Its name in `skyflytt countdown`, where its deletion is counted down to; without it, `name`.",
        examples=["Norrsken Bygg"],
    )
    keep: Many[Email] = Field(
        default=(),
        description="Accounts that keep their licences, such as the last administrator's.",
        examples=[["it@norrskenbygg.example"]],
    )

    @property
    def counted_as(self) -> str:
        """What the organisation is called among the countdowns."""
        return self.organisation or self.name
