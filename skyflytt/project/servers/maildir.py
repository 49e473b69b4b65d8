"""A folder of maildirs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from skyflytt.project.fields import LocalPath
from skyflytt.project.part import Part
from skyflytt.project.servers.fields import KIND


class MaildirServer(Part):
    """Mailboxes as Maildir folders on this machine. A mailbox's `login` is its folder below `root`."""

    kind: Literal["maildir"] = Field(description=KIND)
    root: LocalPath = Field(description="Folder that holds one Maildir per mailbox.", examples=["mail"])
