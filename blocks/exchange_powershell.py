"""An Exchange on-premises by PowerShell remoting, and its account."""

from __future__ import annotations

from typing import Literal

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from skyflytt.project.secret_keys import server_key
from skyflytt.project.servers import ExchangePowershellServer

_SETTINGS = set(ExchangePowershellServer.model_fields) - {"kind"}


class ExchangePowershell(Block):
    """An Exchange on-premises, reached by PowerShell remoting over TLS: accounts, mobile devices, PST files made by the server."""

    _block_type_name = "Skyflytt Exchange PowerShell"
    _block_type_slug = "skyflytt-exchange-powershell"
    _description = (
        "An Exchange on-premises, by PowerShell remoting: accounts, mobile devices, PST files made by the server."
    )

    host: str = Field(description="Host name.")
    port: int = Field(default=443, description="Port.")
    path: str = Field(default="PowerShell", description="Path of the PowerShell virtual directory.")
    auth: Literal["basic", "negotiate", "ntlm", "kerberos"] = Field(
        default="basic", description="How the account signs in."
    )
    user: str = Field(description="Account to sign in with.")
    organizational_unit: str | None = Field(default=None, description="Only mailboxes below it.")
    export_share: str | None = Field(
        default=None, description="UNC path of the folder that Exchange writes PST files to."
    )
    ca_file: str | None = Field(default=None, description="PEM file of a private CA, on the worker's disk.")
    secret: SecretStr | None = Field(default=None, description="The account's password.")

    def server(self) -> ExchangePowershellServer:
        settings = self.model_dump(include=_SETTINGS)
        return ExchangePowershellServer.model_validate({"kind": "exchange-powershell", **settings})

    def secrets(self, name: str) -> dict[str, str]:
        return {server_key(name): self.secret.get_secret_value()} if self.secret else {}
