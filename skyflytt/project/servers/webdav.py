"""A WebDAV server."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from skyflytt.project.fields import Host, LocalPath, Port, RemoteRoot, Text
from skyflytt.project.part import Part, wrong
from skyflytt.project.servers.fields import CA_FILE, CONNECTIONS, HOST, KIND


class WebdavServer(Part):
    """A folder at a web server that speaks WebDAV, such as Nextcloud or a provider's web disk. Always over TLS."""

    kind: Literal["webdav"] = Field(description=KIND)
    host: Host = Field(description=HOST, examples=["cloud.example.com"])
    port: Port = Field(default=443, description="Port.")
    root: RemoteRoot = Field(
        default="/",
        description="Folder at the server that all paths are below: the path of its WebDAV address, as readable text.",
        examples=["/remote.php/dav/files/migration"],
    )
    auth: Literal["basic", "digest", "bearer"] = Field(
        default="basic", description="How the account signs in; with bearer the secret is a token."
    )
    user: Text | None = Field(
        default=None,
        description="Account that the migration logs in with; only with auth bearer may it be left out.",
        examples=["migration"],
    )
    times: Literal["auto", "owncloud", "win32", "none"] = Field(
        default="auto",
        description="How files' times of modification are kept: auto knows ownCloud and Nextcloud; win32: as Windows does.",
    )
    connections: int = Field(default=4, ge=1, le=16, description=CONNECTIONS)
    ca_file: LocalPath | None = Field(default=None, description=CA_FILE)

    @model_validator(mode="after")
    def says_who_signs_in(self) -> WebdavServer:
        if self.user is None and self.auth != "bearer":
            raise wrong("nobody is named who signs in", "`user`: the account, or auth bearer")
        return self
