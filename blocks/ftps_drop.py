"""An FTPS server: files come from it or go to it, or a drop is opened on it."""

from __future__ import annotations

from typing import Literal

from prefect.blocks.core import Block
from pydantic import BaseModel, Field, SecretStr

from skyflytt.project.secret_keys import server_key
from skyflytt.project.servers import FtpsServer


class Accounts(BaseModel):
    """How the accounts of a drop at a vsftpd or proftpd elsewhere are kept, over SSH."""

    software: Literal["vsftpd", "proftpd"] = Field(description="Which FTPS server it is.")
    host: str | None = Field(default=None, description="Host to sign in to over SSH; empty for the same.")
    port: int = Field(default=22, description="Port of SSH.")
    user: str = Field(description="Account that keeps the drops' accounts and owns their files.")
    known_hosts: str | None = Field(default=None, description="File with the host key, on the worker's disk.")
    key_file: str | None = Field(default=None, description="Private key, on the worker's disk.")
    agent: bool = Field(default=False, description="Sign in with the worker's ssh-agent.")
    accounts: str = Field(default="/var/lib/skyflytt-drop/accounts", description="Folder with the accounts.")
    files: str = Field(default="/var/lib/skyflytt-drop/files", description="Folder that the drops' folders are in.")
    log: str = Field(default="/var/lib/skyflytt-drop/drop.log", description="The server's log of downloads.")


class FtpsDrop(Block):
    """An FTPS server that shares are moved from or to, or on which the customer collects its data for a limited time."""

    _block_type_name = "Skyflytt FTPS drop"
    _block_type_slug = "skyflytt-ftps-drop"
    _description = (
        "An FTPS server with its account, for shares, or on which the customer collects its data for a limited time."
    )

    host: str = Field(description="Host name, as the customer reaches it.")
    port: int = Field(default=21, description="Port of the control connection (explicit TLS).")
    ca_file: str | None = Field(default=None, description="PEM file of a private CA, on the worker's disk.")
    user: str | None = Field(default=None, description="Account to sign in with; not for a drop.")
    root: str = Field(default="/", description="Folder at the server that all paths are below; not for a drop.")
    times: Literal["auto", "mfmt", "mdtm", "none"] = Field(
        default="auto", description="How files' times of modification are set; auto takes what the server offers."
    )
    accounts_dir: str | None = Field(
        default=None, description="State folder of the embedded drop server, on the worker's disk."
    )
    manage: Accounts | None = Field(
        default=None, description="How a drop's accounts are kept at a vsftpd or proftpd elsewhere."
    )
    connections: int = Field(
        default=4, description="Connections per share or drop at most: 1 to 16; as many are used as pay."
    )
    secret: SecretStr | None = Field(
        default=None, description="The account's password; for a drop, the operator's, or with `manage` that of SSH."
    )

    def server(self) -> FtpsServer:
        fields = {"host", "port", "ca_file", "user", "root", "times", "accounts_dir", "manage", "connections"}
        return FtpsServer.model_validate({"kind": "ftps", **self.model_dump(include=fields)})

    def secrets(self, name: str) -> dict[str, str]:
        return {server_key(name): self.secret.get_secret_value()} if self.secret else {}
