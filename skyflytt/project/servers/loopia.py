"""Loopia's DNS."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from skyflytt.project.fields import EwsUrl, LocalPath, Text
from skyflytt.project.part import Part
from skyflytt.project.servers.fields import CA_FILE, KIND


class LoopiaServer(Part):
    """An account at Loopia that hosts zones, by its API user. The secret is that user's password, not the account's."""

    kind: Literal["loopia"] = Field(description=KIND)
    user: Text = Field(
        description="The API user; it needs getSubdomains, getZoneRecords, addSubdomain, addZoneRecord, updateZoneRecord "
        "and removeZoneRecord.",
        examples=["move@loopiaapi"],
    )
    customer_number: Text | None = Field(
        default=None, description="The customer's number, where the API user is a reseller's."
    )
    url: EwsUrl = Field(default="https://api.loopia.se/RPCSERV", description="Address of the interface.")
    ca_file: LocalPath | None = Field(default=None, description=CA_FILE)
