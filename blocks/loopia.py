"""An account at Loopia that hosts the customer's domains."""

from __future__ import annotations

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from skyflytt.project.secret_keys import server_key
from skyflytt.project.servers import LoopiaServer


class Loopia(Block):
    """Domains of the customer's at Loopia, by the API user that is made in its customer zone."""

    _block_type_name = "Skyflytt Loopia"
    _block_type_slug = "skyflytt-loopia"
    _description = "Domains at Loopia, with the API user that may change their DNS."

    user: str = Field(description="The API user, such as move@loopiaapi.")
    customer_number: str | None = Field(default=None, description="The customer's number, for a reseller's API user.")
    url: str = Field(default="https://api.loopia.se/RPCSERV", description="Address of the interface.")
    ca_file: str | None = Field(default=None, description="PEM file of a private CA, on the worker's disk.")
    secret: SecretStr | None = Field(default=None, description="The API user's password.")

    def server(self) -> LoopiaServer:
        fields = {"user", "customer_number", "url", "ca_file"}
        return LoopiaServer.model_validate({"kind": "loopia", **self.model_dump(include=fields)})

    def secrets(self, name: str) -> dict[str, str]:
        return {server_key(name): self.secret.get_secret_value()} if self.secret else {}
