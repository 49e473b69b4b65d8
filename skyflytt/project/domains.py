"""The customer's domains."""

from __future__ import annotations

from pydantic import Field

from skyflytt.project.fields import Domain, Text
from skyflytt.project.part import Part


class CustomerDomain(Part):
    """A domain of the customer."""

    name: Domain = Field(description="The domain.", examples=["norrskenbygg.example"])
    registrar: Text | None = Field(
        default=None, description="Who the domain is registered through.", examples=["Loopia"]
    )
    mail: bool = Field(default=False, description="Whether mail is received at it.")
