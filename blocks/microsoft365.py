"""A tenant of Microsoft 365 and how the migration signs in to it."""

from __future__ import annotations

from typing import Literal

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from skyflytt.project.secret_keys import server_key
from skyflytt.project.servers import Microsoft365Server

_SETTINGS = set(Microsoft365Server.model_fields) - {"kind"}


class Microsoft365(Block):
    """A tenant of Microsoft 365, reached by Microsoft Graph with an application of its own."""

    _block_type_name = "Skyflytt Microsoft 365"
    _block_type_slug = "skyflytt-microsoft365"
    _description = "A tenant of Microsoft 365, reached by Microsoft Graph: its accounts and licences."

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
    login_url: str = Field(default="https://login.microsoftonline.com", description="Where tokens come from.")
    graph_url: str = Field(default="https://graph.microsoft.com", description="Where Graph is.")
    ca_file: str | None = Field(default=None, description="PEM file of a private CA, on the worker's disk.")
    secret: SecretStr | None = Field(
        default=None,
        description="The application's secret, the passphrase of its certificate's key, or what kept tokens are encrypted with.",
    )

    def server(self) -> Microsoft365Server:
        return Microsoft365Server.model_validate({"kind": "microsoft365", **self.model_dump(include=_SETTINGS)})

    def secrets(self, name: str) -> dict[str, str]:
        return {server_key(name): self.secret.get_secret_value()} if self.secret else {}
