"""A DNS host without an interface for programs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from skyflytt.project.fields import Text
from skyflytt.project.part import Many, Part
from skyflytt.project.servers.fields import KIND


class ByHandServer(Part):
    """A host of zones that only a person can change, such as One.com. What is done there is looked at by queries; it has no secret."""

    kind: Literal["by-hand"] = Field(description=KIND)
    called: Text = Field(
        default="the host's own pages",
        description="What the host is called, in the list of what is to be done.",
        examples=["One.com"],
    )
    names: Many[Text] = Field(
        default=(),
        description="Names before the domain that are looked at besides the usual ones and those of the domain's `records`, where the "
        "name servers do not show the whole zone.",
        examples=[["intranet", "_sip._tcp"]],
    )
    min_ttl_s: int = Field(
        default=60, ge=0, le=86400, description="The shortest TTL that the host's pages let one set."
    )
