"""Phones, computers and printers that must be told about the new home."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from skyflytt.project.fields import Text
from skyflytt.project.part import Many, Part


class Device(Part):
    """A device that talks to the systems being left."""

    name: Text = Field(description="What people call it.", examples=["Skrivaren på lagret"])
    kind: Literal["phone", "tablet", "laptop", "desktop", "printer", "scanner", "other"] = Field(
        description="What it is."
    )
    owner: Text | None = Field(default=None, description="Who uses it or answers for it.", examples=["Bengt Öberg"])
    account: Text | None = Field(
        default=None,
        description="The account that it signs in with at the systems being left, or its address where it needs none.",
        examples=["skrivaren@example.com"],
    )
    uses: Many[Literal["smtp", "imap", "exchange", "webdav", "sftp", "rdp"]] = Field(
        default=(), description="How it talks to the systems being left."
    )
