"""An account at Cloudflare that hosts the customer's zones."""

from __future__ import annotations

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from skyflytt.project.secret_keys import server_key
from skyflytt.project.servers import CloudflareServer


class Cloudflare(Block):
    """Zones of the customer's at Cloudflare, and the API token that may read and edit their DNS."""

    _block_type_name = "Skyflytt Cloudflare"
    _block_type_slug = "skyflytt-cloudflare"
    _description = "Zones at Cloudflare, with the API token that may edit their DNS."

    zone_id: str | None = Field(default=None, description="Id of the zone, where the token may not list zones.")
    url: str = Field(default="https://api.cloudflare.com/client/v4", description="Address of the interface.")
    ca_file: str | None = Field(default=None, description="PEM file of a private CA, on the worker's disk.")
    secret: SecretStr | None = Field(default=None, description="The API token.")

    def server(self) -> CloudflareServer:
        fields = {"zone_id", "url", "ca_file"}
        return CloudflareServer.model_validate({"kind": "cloudflare", **self.model_dump(include=fields)})

    def secrets(self, name: str) -> dict[str, str]:
        return {server_key(name): self.secret.get_secret_value()} if self.secret else {}
