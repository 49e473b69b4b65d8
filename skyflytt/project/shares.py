"""File shares: homes, company data."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from skyflytt.project.fields import DriveLetter, Name, ServerPath, Text
from skyflytt.project.part import Many, Part

Symlinks = Literal["skip", "keep", "follow-inside"]
Mode = Literal["mirror", "append"]
Detect = Literal["size-mtime", "digest", "token"]
NameRules = Literal["windows", "sharepoint", "dropbox", "s3", "ftp", "posix", "webdav"]


class SharePlace(Part):
    """A folder at a file server."""

    server: Name = Field(
        description="Name of an sftp, ftps, s3, smb, webdav, dropbox, sharepoint or local server.",
        examples=["old-files"],
    )
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
    symlinks: Symlinks = Field(
        default="skip",
        description="What becomes of symbolic links: skip leaves them behind and tells of them; keep makes links at the target, where it "
        "has such; follow-inside copies what they lead to. A link that leads out of the share is never followed, and always told.",
    )
    mode: Mode = Field(
        default="mirror",
        description="Before the cutover: mirror follows what is changed, moved and deleted at the source, for files that the project put "
        "at the target; append only ever adds. After the cutover every share is append.",
    )
    detect: Detect = Field(
        default="size-mtime",
        description="What shows that a file changed: size-mtime, its size and time of modification; token, also the token that the source "
        "keeps for it (S3 and WebDAV: ETag, Dropbox: rev, SMB: ChangeTime, a local folder: ctime); digest, its content, where times are not to "
        "be trusted: every file is read in every pass.",
    )
    names: Literal["rename", "keep"] = Field(
        default="rename",
        description="What becomes of names that the target cannot keep: rename gives them others, which the manifest tells; "
        "keep tries them as they are, and those that are refused fail.",
    )
    name_rules: NameRules | None = Field(
        default=None,
        description="Whose rules names have to keep; without it, those of the target's kind of server. For a target that stands for "
        "another one, such as a folder that is synchronised to SharePoint.",
        examples=["sharepoint"],
    )
