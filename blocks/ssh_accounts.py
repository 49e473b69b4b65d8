"""A machine whose accounts are managed over SSH."""

from __future__ import annotations

from typing import Any

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from skyflytt.project.secret_keys import server_key
from skyflytt.project.servers import SshAccountsServer

_SETTINGS = set(SshAccountsServer.model_fields) - {"kind"}


class SshAccounts(Block):
    """A machine whose accounts are managed over SSH. Its host key is checked against the known_hosts file."""

    _block_type_name = "Skyflytt SSH accounts"
    _block_type_slug = "skyflytt-ssh-accounts"
    _description = "A machine whose accounts are listed, locked and deleted over SSH, with the account that may."

    host: str = Field(description="Host name.")
    port: int = Field(default=22, description="Port.")
    user: str = Field(description="Account to sign in with.")
    known_hosts: str | None = Field(default=None, description="File with the server's host key, on the worker's disk.")
    key_file: str | None = Field(default=None, description="Private key to sign in with, instead of a password.")
    agent: bool = Field(default=False, description="Sign in with the keys that the worker's ssh-agent holds.")
    sudo: bool = Field(default=False, description="Run the commands as root, by sudo without a password.")
    commands: dict[str, Any] | None = Field(
        default=None,
        description="Commands of other software, as in the project file; empty for a Linux machine's own accounts.",
    )
    secret: SecretStr | None = Field(default=None, description="The account's password, or the key's passphrase.")

    def server(self) -> SshAccountsServer:
        return SshAccountsServer.model_validate({"kind": "ssh-accounts", **self.model_dump(include=_SETTINGS)})

    def secrets(self, name: str) -> dict[str, str]:
        return {server_key(name): self.secret.get_secret_value()} if self.secret else {}
