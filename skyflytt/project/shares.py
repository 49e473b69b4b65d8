"""File shares: homes, company data."""

from __future__ import annotations

from pydantic import Field

from skyflytt.project.fields import DriveLetter, Name, ServerPath, Text
from skyflytt.project.part import Many, Part


class SharePlace(Part):
    """A folder at a file server."""

    server: Name = Field(description="Name of an sftp, smb or local server.", examples=["old-files"])
    path: ServerPath = Field(description="Folder below the server's root; `.` is the root itself.", examples=["homes"])


class Share(Part):
    """One share: where it is and where it goes."""

    name: Name = Field(description="Short name, used in the ledger and in reports.", examples=["homes"])
    letter: DriveLetter | None = Field(default=None, description="Drive letter that users know it by.", examples=["Z:"])
    source: SharePlace = Field(description="Where the share is.")
    target: SharePlace = Field(description="Where the share goes.")
    exclude: Many[Text] = Field(
        default=(), description="Patterns of file names that are not moved, such as *.tmp; they are counted as skipped."
    )
