"""The server that mail goes out through."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from skyflytt.project.fields import Email, Host, LocalPath, Port, Text
from skyflytt.project.part import Part
from skyflytt.project.servers.fields import CA_FILE, EXAMPLE_HOST, HOST, KIND


def smtp_port(given: dict[str, Any]) -> int:
    return {"tls": 465, "none": 25}.get(str(given.get("security")), 587)


class SmtpServer(Part):
    """The server that messages to the customer and the team go out through."""

    kind: Literal["smtp"] = Field(description=KIND)
    host: Host = Field(description=HOST, examples=EXAMPLE_HOST)
    security: Literal["tls", "starttls", "none"] = Field(
        default="starttls", description="none: in clear, for a server on this machine only."
    )
    port: Port = Field(default_factory=smtp_port, description="Port; without it 587, 465 with tls, or 25 with none.")
    user: Text | None = Field(default=None, description="Account to log in with; without it, no login.")
    sender: Email = Field(description="Address that messages come from.", examples=["migration@example.com"])
    ca_file: LocalPath | None = Field(default=None, description=CA_FILE)
