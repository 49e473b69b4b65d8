"""An IMAP server and the passwords of the mailboxes on it."""

from __future__ import annotations

from typing import Literal

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from blocks.mailbox_secrets import MailboxSecrets, no_secrets, secrets_by_key
from skyflytt.project.servers import ImapServer

_SETTINGS = set(ImapServer.model_fields) - {"kind"}


class MailboxServer(Block):
    """A mail server that mailboxes are moved from or to. Its certificate is verified; passwords never leave in clear."""

    _block_type_name = "Skyflytt mailbox server"
    _block_type_slug = "skyflytt-mailbox-server"
    _description = "A mail server (IMAP) that mailboxes are moved from or to, with the passwords of the mailboxes."

    host: str = Field(description="Host name.")
    port: int = Field(default=993, description="Port: 993 for tls, 143 for starttls.")
    security: Literal["tls", "starttls"] = Field(default="tls", description="How the connection is encrypted.")
    ca_file: str | None = Field(default=None, description="PEM file of a private CA, on the worker's disk.")
    login_by: Literal["password", "xoauth2"] = Field(
        default="password", description="xoauth2: the secrets are OAuth 2.0 access tokens."
    )
    timeout_s: float = Field(default=60.0, description="Seconds of silence after which the connection counts as lost.")
    connections: int = Field(default=2, description="Connections per mailbox at most.")
    compress: bool = Field(default=False, description="Compress what goes over the line; pays on slow lines.")
    secret: SecretStr | None = Field(default=None, description="One password for all mailboxes, where there is one.")
    mailbox_secrets: MailboxSecrets = Field(
        default_factory=no_secrets, description='Passwords by mailbox and side: {"anna.source": "…"}.'
    )

    def server(self) -> ImapServer:
        return ImapServer.model_validate({"kind": "imap", **self.model_dump(include=_SETTINGS)})

    def secrets(self, name: str) -> dict[str, str]:
        return secrets_by_key(name, self.secret, self.mailbox_secrets)
