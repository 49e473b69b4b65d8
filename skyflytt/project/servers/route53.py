"""Amazon Route 53."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from skyflytt.project.fields import Endpoint, LocalPath, Text
from skyflytt.project.part import Part
from skyflytt.project.servers.fields import CA_FILE, KIND


class Route53Server(Part):
    """An AWS account whose Route 53 hosts zones. The secret is the secret half of the access key."""

    kind: Literal["route53"] = Field(description=KIND)
    access_key_id: Text | None = Field(
        default=None,
        description="Id of the access key; without it, the role of this machine signs.",
        examples=["AKIAIOSFODNN7EXAMPLE"],
    )
    zone_id: Text | None = Field(
        default=None,
        description="Id of the hosted zone, where the account has several of the same name.",
        examples=["Z1D633PJN98FT9"],
    )
    endpoint_url: Endpoint | None = Field(
        default=None,
        description="Address of the service, where it is not AWS's own.",
        examples=["https://route53.example.com"],
    )
    ca_file: LocalPath | None = Field(default=None, description=CA_FILE)
