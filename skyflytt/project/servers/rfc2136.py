"""A name server that takes updates (RFC 2136)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from skyflytt.project.fields import Host, Port, Text
from skyflytt.project.part import Part
from skyflytt.project.servers.fields import HOST, KIND


class Rfc2136Server(Part):
    """The primary name server of zones, such as BIND, Knot or PowerDNS. It is asked for whole zones and for updates of them.

    The secret is the key's, in base64, as the server's configuration has it.
    """

    kind: Literal["rfc2136"] = Field(description=KIND)
    host: Host = Field(description=HOST, examples=["ns0.example.com"])
    port: Port = Field(default=53, description="Port.")
    key_name: Text | None = Field(
        default=None,
        description="Name of the key (TSIG) that signs; without it, the server must know this machine by its address.",
        examples=["skyflytt.example.com"],
    )
    algorithm: Literal["hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512"] = Field(
        default="hmac-sha256", description="How the key signs."
    )
