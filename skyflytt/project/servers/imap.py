"""An IMAP server."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from skyflytt.project.fields import Host, LocalPath, Port
from skyflytt.project.part import Part
from skyflytt.project.servers.fields import CA_FILE, EXAMPLE_HOST, HOST, KIND, Security


def imap_port(given: dict[str, Any]) -> int:
    return 143 if given.get("security") == "starttls" else 993


class ImapServer(Part):
    """An IMAP server. Each mailbox logs in with its own `login`."""

    kind: Literal["imap"] = Field(description=KIND)
    host: Host = Field(description=HOST, examples=EXAMPLE_HOST)
    security: Security = Field(
        default="tls", description="tls: encrypted from the first byte; starttls: encrypted before the login."
    )
    port: Port = Field(default_factory=imap_port, description="Port; without it 993, or 143 with starttls.")
    ca_file: LocalPath | None = Field(default=None, description=CA_FILE)
    login_by: Literal["password", "xoauth2"] = Field(
        default="password",
        description="xoauth2: the mailbox's secret is an OAuth 2.0 access token, as Gmail and Exchange Online want.",
    )
    timeout_s: float = Field(
        default=60.0, gt=0, le=3600, description="Seconds of silence after which the connection counts as lost."
    )
    connections: int = Field(
        default=2,
        ge=1,
        le=10,
        description="Connections per mailbox at most. Lower it when the server complains of too many.",
    )
    compress: bool = Field(
        default=False,
        description="Compress what goes over the line, where the server can; pays on lines below some 50 Mbit/s.",
    )
