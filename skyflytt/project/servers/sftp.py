"""An SFTP server."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from skyflytt.project.fields import Host, LocalPath, Port, RemoteRoot, Text
from skyflytt.project.part import Part
from skyflytt.project.servers.fields import CONNECTIONS, HOST, KIND


class SftpServer(Part):
    """A file server over SSH. Its host key must be known."""

    kind: Literal["sftp"] = Field(description=KIND)
    host: Host = Field(description=HOST, examples=["files.example.com"])
    port: Port = Field(default=22, description="Port.")
    user: Text = Field(description="Account that the migration logs in with.", examples=["migration"])
    known_hosts: LocalPath | None = Field(
        default=None, description="File with the server's host key, in OpenSSH's form; without it, the user's own."
    )
    key_file: LocalPath | None = Field(default=None, description="Private key to log in with, instead of a password.")
    agent: bool = Field(default=False, description="Log in with the keys that this machine's ssh-agent holds.")
    digests: Literal["shell", "read"] = Field(
        default="shell",
        description="How large files are compared: shell: where the account has one, the server runs sha256sum; else, and with read, "
        "they are read back.",
    )
    connections: int = Field(default=4, ge=1, le=16, description=CONNECTIONS)
    root: RemoteRoot = Field(default="/", description="Folder at the server that all paths are below.")
