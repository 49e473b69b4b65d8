"""An SFTP server and its account."""

from __future__ import annotations

from typing import Literal

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from skyflytt.project.secret_keys import server_key
from skyflytt.project.servers import SftpServer


class FileServer(Block):
    """A file server (SFTP) that shares are moved from or to. Its host key is checked against the known_hosts file."""

    _block_type_name = "Skyflytt file server"
    _block_type_slug = "skyflytt-file-server"
    _description = "A file server (SFTP) that shares are moved from or to, with its account."

    host: str = Field(description="Host name.")
    port: int = Field(default=22, description="Port.")
    user: str = Field(description="Account to sign in with.")
    known_hosts: str | None = Field(default=None, description="File with the server's host key, on the worker's disk.")
    key_file: str | None = Field(default=None, description="Private key to sign in with, instead of a password.")
    agent: bool = Field(default=False, description="Sign in with the keys that the worker's ssh-agent holds.")
    root: str = Field(default="/", description="Folder at the server that all paths are below.")
    digests: Literal["shell", "read"] = Field(
        default="shell",
        description="shell: where the account has one, the server computes digests; read: files are read back.",
    )
    connections: int = Field(
        default=4, description="Connections per share or drop at most: 1 to 16; as many are used as pay."
    )
    secret: SecretStr | None = Field(default=None, description="The account's password.")

    def server(self) -> SftpServer:
        fields = {"host", "port", "user", "known_hosts", "key_file", "agent", "root", "connections", "digests"}
        return SftpServer.model_validate({"kind": "sftp", **self.model_dump(include=fields)})

    def secrets(self, name: str) -> dict[str, str]:
        return {server_key(name): self.secret.get_secret_value()} if self.secret else {}
