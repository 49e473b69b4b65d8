"""Drops: where the customer collects its data, for a limited time."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from skyflytt.project.fields import Name
from skyflytt.project.part import Many, Part, wrong

Workload = Literal["mailboxes", "shares", "applications"]
Encryption = Literal["none", "zip-aes256"]


class Drop(Part):
    """A place at an FTPS or S3 server that is open for a number of days."""

    name: Name = Field(description="Short name, used in the ledger and in reports.", examples=["handover"])
    server: Name = Field(description="Name of an ftps or s3 server.", examples=["handover"])
    days: int = Field(ge=1, le=3660, description="How many days it stays open.", examples=[30])
    extensions: int = Field(
        default=1, ge=0, le=100, description="How often it may be extended, as the contract says.", examples=[1]
    )
    encryption: Encryption = Field(
        default="none",
        description="zip-aes256: one archive per mailbox, share and application, whose passphrase is given apart from the sign-in.",
    )
    contents: Many[Workload] = Field(
        default=("mailboxes", "shares", "applications"), min_length=1, description="What is put there."
    )

    @model_validator(mode="after")
    def names_nothing_twice(self) -> Drop:
        if len(set(self.contents)) != len(self.contents):
            raise wrong("`contents` names the same thing twice", f"[{', '.join(dict.fromkeys(self.contents))}]")
        return self
