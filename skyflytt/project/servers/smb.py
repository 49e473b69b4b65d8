"""A Windows or Samba share."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from skyflytt.project.fields import Host, Port, RemoteRoot, Text
from skyflytt.project.part import Part
from skyflytt.project.servers.fields import CONNECTIONS, HOST, KIND


class SmbServer(Part):
    """A share at a Windows file server, Samba or a network disk. Connections are always signed, and encrypted unless told otherwise."""

    kind: Literal["smb"] = Field(description=KIND)
    host: Host = Field(description=HOST, examples=["files.example.com"])
    port: Port = Field(default=445, description="Port.")
    share: Text = Field(description="Name of the share.", examples=["data"])
    user: Text = Field(description="Account that the migration logs in with.", examples=["migration"])
    domain: Text | None = Field(
        default=None, description="Domain of the account, where it has one.", examples=["EXAMPLE"]
    )
    auth: Literal["ntlm", "kerberos"] = Field(
        default="ntlm",
        description="kerberos: with the ticket that this machine holds for the account (kinit), without a secret.",
    )
    protection: Literal["encrypted", "signed"] = Field(
        default="encrypted",
        description="encrypted: SMB 3 with encryption; signed: also older servers, whose data travels in clear.",
    )
    connections: int = Field(default=4, ge=1, le=16, description=CONNECTIONS)
    root: RemoteRoot = Field(default="/", description="Folder in the share that all paths are below.")
