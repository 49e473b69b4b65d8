"""A document library of SharePoint, or somebody's OneDrive."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, model_validator

from skyflytt.project.fields import Email, LocalPath, RemoteRoot, Text
from skyflytt.project.part import wrong
from skyflytt.project.servers.fields import CONNECTIONS, KIND
from skyflytt.project.servers.graph_sign_in import GraphSignIn


class SharepointServer(GraphSignIn):
    """A document library of a SharePoint site, or the OneDrive of a person, reached by Microsoft Graph.

    One of `site`, `user` and `drive` says which; without any, it is the library of the organisation's own site.

    The secret is the one of `microsoft365`, with which it may share the application.
    """

    kind: Literal["sharepoint"] = Field(description=KIND)
    site: Text | None = Field(
        default=None,
        description="Address of the site, from its host on.",
        examples=["norrskenbygg.sharepoint.com/sites/Projekt"],
    )
    library: Text | None = Field(
        default=None,
        description="Name of the site's library; without it, the site's own one.",
        examples=["Delade dokument"],
    )
    user: Email | None = Field(default=None, description="Whose OneDrive it is.")
    drive: Text | None = Field(default=None, description="Id of the drive, where it is known.")
    root: RemoteRoot = Field(default="/", description="Folder of the library that all paths are below.")
    connections: int = Field(default=4, ge=1, le=8, description=CONNECTIONS)
    uploads_file: LocalPath | None = Field(
        default=None,
        description="File, encrypted, that uploads of big files which were cut off are kept in, to go on with them in a later run; "
        "without it such a file begins anew.",
    )

    @property
    def address_path(self) -> str:
        """What stands before the files' paths in their addresses, as far as it is known without asking; it counts for their length."""
        if self.user is not None:
            above = f"personal/{re.sub(r'[^a-z0-9]', '_', self.user.lower())}/Documents"
        elif self.drive is None:
            site = (self.site or "").removeprefix("https://").strip("/").partition("/")[2]
            above = "/".join(part for part in (site, self.library or "Shared Documents") if part)
        else:
            above = ""
        return "/".join(part for part in (above, self.root.strip("/")) if part)

    @model_validator(mode="after")
    def says_which_library(self) -> SharepointServer:
        if sum(one is not None for one in (self.site, self.user, self.drive)) > 1:
            raise wrong("it says more than once which library it is", "only one of `site`, `user` and `drive`")
        if self.library is not None and (self.user is not None or self.drive is not None):
            raise wrong("`library` names a library of a site, and it is no site", "`site` instead of `user` or `drive`")
        return self
