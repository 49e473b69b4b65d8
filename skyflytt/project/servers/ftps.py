"""An FTP server with TLS, and how accounts are made there."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from skyflytt.project.fields import Host, LocalPath, Port, RemoteRoot, Text
from skyflytt.project.part import Part, wrong
from skyflytt.project.servers.fields import CA_FILE, CONNECTIONS, HOST, KIND


class DropAccounts(Part):
    """How the accounts of a drop at an FTPS server elsewhere are kept: by an ordinary account of that machine, over SSH.

    The server's secret is that account's password, or its key file's passphrase. The drop is filled by the same account over SFTP.
    """

    software: Literal["vsftpd", "proftpd"] = Field(description="Which FTPS server it is.")
    host: Host | None = Field(
        default=None, description="Host to sign in to over SSH; without it, the FTPS server's own."
    )
    port: Port = Field(default=22, description="Port of SSH.")
    user: Text = Field(
        description="Account that keeps the drops' accounts and owns their files.", examples=["skyflytt-drop"]
    )
    known_hosts: LocalPath | None = Field(
        default=None, description="File with the server's host key, in OpenSSH's form; without it, the user's own."
    )
    key_file: LocalPath | None = Field(default=None, description="Private key to log in with, instead of a password.")
    agent: bool = Field(default=False, description="Log in with the keys that this machine's ssh-agent holds.")
    accounts: RemoteRoot = Field(
        default="/var/lib/skyflytt-drop/accounts", description="Folder at the server with the accounts that it reads."
    )
    files: RemoteRoot = Field(
        default="/var/lib/skyflytt-drop/files", description="Folder at the server that the drops' folders are in."
    )
    log: RemoteRoot = Field(
        default="/var/lib/skyflytt-drop/drop.log", description="The server's log of downloads, for who fetched what."
    )


class FtpsServer(Part):
    """An FTPS server (explicit TLS) that files come from or go to, or that a drop is opened on."""

    kind: Literal["ftps"] = Field(description=KIND)
    host: Host = Field(description=HOST, examples=["drop.example.com"])
    port: Port = Field(default=21, description="Port of the control connection.")
    connections: int = Field(default=4, ge=1, le=16, description=CONNECTIONS)
    ca_file: LocalPath | None = Field(default=None, description=CA_FILE)
    user: Text | None = Field(
        default=None, description="Account that the migration logs in with; not for a drop.", examples=["migration"]
    )
    root: RemoteRoot = Field(default="/", description="Folder at the server that all paths are below; not for a drop.")
    times: Literal["auto", "mfmt", "mdtm", "none"] = Field(
        default="auto",
        description="How files' times of modification are set: auto takes what the server offers; none: they are those of the upload.",
    )
    accounts_dir: LocalPath | None = Field(
        default=None, description="State folder of the embedded drop server, when this is one."
    )
    manage: DropAccounts | None = Field(
        default=None, description="How a drop's accounts are kept, when this is a vsftpd or proftpd elsewhere."
    )

    @model_validator(mode="after")
    def says_who_keeps_the_accounts(self) -> FtpsServer:
        if self.accounts_dir is not None and self.manage is not None:
            raise wrong("two keep the accounts", "`accounts_dir` for the embedded server, or `manage` for another one")
        return self
