"""Business applications whose backups come along."""

from __future__ import annotations

from pydantic import Field

from skyflytt.project.fields import Name, ServerPath, Text
from skyflytt.project.part import Part


class Backup(Part):
    """Where an application puts its backup."""

    share: Name = Field(description="Name of one of the shares.", examples=["company"])
    path: ServerPath = Field(description="Folder below the share.", examples=["Visma/Backup"])


class Application(Part):
    """An application whose data leaves with the customer."""

    name: Name = Field(description="Short name, used in the ledger and in reports.", examples=["visma"])
    product: Text = Field(description="The product as its maker calls it.", examples=["Visma Administration 2000"])
    version: Text | None = Field(
        default=None,
        description="Version that made the backup, in quotes.",
        examples=["2026.1"],
    )
    backup: Backup | None = Field(default=None, description="Where its backup lies; without it, there is none yet.")
    licence_owner: Text | None = Field(default=None, description="Who holds the licence.", examples=["Anna Åström"])
