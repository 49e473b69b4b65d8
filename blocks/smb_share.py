"""A share at a Windows file server, Samba or a network disk, and its account."""

from __future__ import annotations

from typing import Literal

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from skyflytt.project.secret_keys import server_key
from skyflytt.project.servers import SmbServer


class SmbShare(Block):
    """A share (SMB) that files are moved from or to, at a Windows file server, Samba or a network disk."""

    _block_type_name = "Skyflytt SMB share"
    _block_type_slug = "skyflytt-smb-share"
    _description = "A share (SMB) that files are moved from or to, with its account."

    host: str = Field(description="Host name.")
    port: int = Field(default=445, description="Port.")
    share: str = Field(description="Name of the share.")
    user: str = Field(description="Account to sign in with.")
    domain: str | None = Field(default=None, description="Domain of the account, where it has one.")
    auth: Literal["ntlm", "kerberos"] = Field(
        default="ntlm", description="kerberos: with the ticket that the worker's machine holds for the account."
    )
    protection: Literal["encrypted", "signed"] = Field(
        default="encrypted", description="signed: also servers that cannot encrypt; data travels in clear."
    )
    root: str = Field(default="/", description="Folder in the share that all paths are below.")
    connections: int = Field(
        default=4, description="Connections per share or drop at most: 1 to 16; as many are used as pay."
    )
    secret: SecretStr | None = Field(default=None, description="The account's password.")

    def server(self) -> SmbServer:
        fields = {"host", "port", "share", "user", "domain", "auth", "protection", "root", "connections"}
        return SmbServer.model_validate({"kind": "smb", **self.model_dump(include=fields)})

    def secrets(self, name: str) -> dict[str, str]:
        return {server_key(name): self.secret.get_secret_value()} if self.secret else {}
