"""Mailboxes of Exchange Online and how the migration signs in to them."""

from __future__ import annotations

from typing import Literal

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from skyflytt.project.secret_keys import server_key
from skyflytt.project.servers import GraphServer

_SETTINGS = set(GraphServer.model_fields) - {"kind"}


class ExchangeOnline(Block):
    """Mailboxes of Exchange Online, reached by Microsoft Graph with an application of its own."""

    _block_type_name = "Skyflytt Exchange Online"
    _block_type_slug = "skyflytt-exchange-online"
    _description = "Mailboxes of Exchange Online that are moved from or to, reached by Microsoft Graph."

    tenant: str = Field(description="Id of the tenant, or one of its domains.")
    client_id: str = Field(description="Id of the application that signs in.")
    auth: Literal["secret", "certificate", "device-code"] = Field(
        default="secret", description="How it signs in; with device-code a person enters a code in a browser."
    )
    certificate_file: str | None = Field(
        default=None, description="PEM file with private key and certificate, on the worker's disk."
    )
    token_file: str | None = Field(
        default=None, description="File that tokens are kept in, encrypted, on the worker's disk."
    )
    connections: int = Field(default=4, description="Requests at once to each mailbox: 1 to 4.")
    login_url: str = Field(default="https://login.microsoftonline.com", description="Where tokens come from.")
    graph_url: str = Field(default="https://graph.microsoft.com", description="Where Graph is.")
    ca_file: str | None = Field(default=None, description="PEM file of a private CA, on the worker's disk.")
    secret: SecretStr | None = Field(
        default=None,
        description="The application's secret, the passphrase of its certificate's key, or what kept tokens are encrypted with.",
    )

    def server(self) -> GraphServer:
        return GraphServer.model_validate({"kind": "graph", **self.model_dump(include=_SETTINGS)})

    def secrets(self, name: str) -> dict[str, str]:
        return {server_key(name): self.secret.get_secret_value()} if self.secret else {}
