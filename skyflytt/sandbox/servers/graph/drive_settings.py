"""The drives that a simulated tenant begins with, as data."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class DriveStart(BaseModel):
    """A library of `site` (`host/sites/name`), or the OneDrive of `owner` (an address); empty at first."""

    model_config = ConfigDict(extra="forbid")
    id: str
    name: str = "Documents"
    site: str | None = None
    owner: str | None = None
    total_bytes: int = 1 << 40
    lock: Literal["", "read-only", "locked"] = ""
    """read-only: every change is refused with 403; locked: with 423."""


class DriveRules(BaseModel):
    """How the simulated service behaves. Counts are of requests, so that nothing depends on who is quicker."""

    model_config = ConfigDict(extra="forbid")
    alters_office: bool = True
    """Office documents get other bytes just after they came to their name."""
    delta_lag: int = Field(default=0, ge=0)
    """A change is told by so many requests for changes later."""
    hash_lag: int = Field(default=0, ge=0)
    """The digest of a new content is not told by so many looks."""
    forget_changes: int = Field(default=100_000, ge=1)
    """So many changes are kept; an older token is refused with 410."""
    session_life_s: int = 3600
    largest_bytes: int = 250 * 1000**3
    page: int = Field(default=200, ge=1)
    rate_limit: int = Field(default=0, ge=0)
    """Requests per minute; from four fifths of it on they carry RateLimit headers, beyond it they are refused. 0: no limit."""
