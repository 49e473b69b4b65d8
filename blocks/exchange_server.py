"""A hosted Exchange and the passwords of the mailboxes on it."""

from __future__ import annotations

from typing import Literal

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from blocks.mailbox_secrets import MailboxSecrets, no_secrets, secrets_by_key
from skyflytt.project.servers import EwsServer

_SETTINGS = set(EwsServer.model_fields) - {"kind"}


class ExchangeServer(Block):
    """An Exchange that mailboxes are moved from or to, by Exchange Web Services. Always over TLS; its certificate is verified."""

    _block_type_name = "Skyflytt Exchange server"
    _block_type_slug = "skyflytt-exchange-server"
    _description = (
        "An Exchange (EWS) that mailboxes are moved from or to, with the account or the passwords that open them."
    )

    url: str | None = Field(
        default=None, description="Address of the service; empty: autodiscover finds it by the mailbox's address."
    )
    autodiscover: str | None = Field(
        default=None, description="Host outside the mailbox's domain that autodiscover may lead to."
    )
    auth: Literal["basic", "ntlm", "oauth"] = Field(default="basic", description="How the account signs in.")
    user: str | None = Field(
        default=None, description="Account that signs in for every mailbox; empty: each signs in for itself."
    )
    access: Literal["own", "delegation", "impersonation"] = Field(
        default="own", description="By which right the account opens a mailbox."
    )
    store: Literal["primary", "archive", "public"] = Field(
        default="primary", description="What is opened: the mailbox, its archive mailbox, or the public folders."
    )
    hidden_items: bool = Field(default=False, description="Hidden folders and items come along.")
    recoverable_items: bool = Field(default=False, description="What was deleted and can be recovered comes along.")
    connections: int = Field(
        default=4, description="Connections open at once, by all mailboxes and workers together: 1 to 20."
    )
    client_id: str | None = Field(default=None, description="Id of the application that signs in, with auth oauth.")
    token_url: str | None = Field(default=None, description="Where the application gets its token, with auth oauth.")
    token_scope: str | None = Field(default=None, description="What it asks a token for, with auth oauth.")
    ca_file: str | None = Field(default=None, description="PEM file of a private CA, on the worker's disk.")
    secret: SecretStr | None = Field(
        default=None, description="The account's password, or the application's secret; or one for all mailboxes."
    )
    mailbox_secrets: MailboxSecrets = Field(
        default_factory=no_secrets, description='Passwords by mailbox and side: {"anna.source": "…"}.'
    )

    def server(self) -> EwsServer:
        return EwsServer.model_validate({"kind": "ews", **self.model_dump(include=_SETTINGS)})

    def secrets(self, name: str) -> dict[str, str]:
        return secrets_by_key(name, self.secret, self.mailbox_secrets)
