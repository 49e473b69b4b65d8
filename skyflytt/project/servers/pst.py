"""A folder of PST files."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from skyflytt.project.fields import LocalPath, Text
from skyflytt.project.part import Part
from skyflytt.project.servers.fields import KIND


class PstServer(Part):
    """PST files on this machine, such as a provider hands over. They are only read: no mailbox goes there, and nothing in them is deleted.

    A mailbox's `login` is its file below `root`, or a folder there whose PST files are together that mailbox.
    """

    kind: Literal["pst"] = Field(description=KIND)
    root: LocalPath = Field(description="Folder that holds the PST files.", examples=["handed-over"])
    password_note: Text | None = Field(
        default=None,
        description="Whom to ask for the files' passwords: Outlook wants them, Skyflytt does not. Never a password itself.",
        examples=["Anna Åström"],
    )
