"""An FTPS server that drops are opened on."""

from __future__ import annotations

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from skyflytt.project.secret_keys import server_key
from skyflytt.project.servers import FtpsServer


class FtpsDrop(Block):
    """An FTPS server on which the customer collects its data for a limited time."""

    _block_type_name = "Skyflytt FTPS drop"
    _block_type_slug = "skyflytt-ftps-drop"
    _description = "An FTPS server on which the customer collects its data for a limited time."

    host: str = Field(description="Host name, as the customer reaches it.")
    port: int = Field(default=21, description="Port of the control connection (explicit TLS).")
    ca_file: str | None = Field(default=None, description="PEM file of a private CA, on the worker's disk.")
    accounts_dir: str | None = Field(
        default=None, description="State folder of the embedded drop server, on the worker's disk."
    )
    secret: SecretStr | None = Field(default=None, description="The operator's password.")

    def server(self) -> FtpsServer:
        fields = {"host", "port", "ca_file", "accounts_dir"}
        return FtpsServer.model_validate({"kind": "ftps", **self.model_dump(include=fields)})

    def secrets(self, name: str) -> dict[str, str]:
        return {server_key(name): self.secret.get_secret_value()} if self.secret else {}
