"""Cloudflare's DNS."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from skyflytt.project.fields import EwsUrl, LocalPath, Text
from skyflytt.project.part import Part
from skyflytt.project.servers.fields import CA_FILE, KIND


class CloudflareServer(Part):
    """An account at Cloudflare that hosts zones. The secret is an API token that may read and edit the zone's DNS."""

    kind: Literal["cloudflare"] = Field(description=KIND)
    zone_id: Text | None = Field(
        default=None,
        description="Id of the zone, where the token may not list zones or sees several of the same name.",
        examples=["023e105f4ecef8ad9ca31a8372d0c353"],
    )
    url: EwsUrl = Field(default="https://api.cloudflare.com/client/v4", description="Address of the interface.")
    ca_file: LocalPath | None = Field(default=None, description=CA_FILE)
