"""The mailboxes that a simulated tenant has, as data."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class MailLimits(BaseModel):
    """Of one application at one mailbox: https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits."""

    model_config = ConfigDict(extra="forbid")
    at_once: int = 4
    requests: int = 10_000
    requests_window_s: float = 600
    upload_bytes: int = 150_000_000
    upload_window_s: float = 300


class MailStart(BaseModel):
    """`store` is the file of the sandbox's Exchange, so that both protocols speak of the same mailboxes; users without one there have none.

    `page` is the longest page of a listing or a delta; a listing lags behind by `list_lag` looks at a folder; an import address lasts for
    `session_imports` items.
    """

    model_config = ConfigDict(extra="forbid")
    store: Path
    limits: MailLimits = MailLimits()
    page: int = Field(default=100, ge=1)
    latency_ms: float = 0
    list_lag: int = Field(default=0, ge=0)
    session_imports: int = Field(default=500, ge=1)
    item_bytes: int | None = None
    mailbox_bytes: int | None = None
    held: tuple[str, ...] = ()
    """Addresses of mailboxes on hold: what is in them cannot be deleted for good."""
