"""A folder of this machine."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from skyflytt.project.fields import LocalPath
from skyflytt.project.part import Part
from skyflytt.project.servers.fields import KIND


class LocalServer(Part):
    """A folder that this machine reaches, such as a mounted disk."""

    kind: Literal["local"] = Field(description=KIND)
    root: LocalPath = Field(description="Folder that all paths are below.", examples=["/mnt/archive"])
    connections: int = Field(
        default=4, ge=1, le=16, description="Files of a share that are read or written at once at most; as many as pay."
    )
