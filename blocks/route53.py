"""An AWS account whose Route 53 hosts the customer's zones."""

from __future__ import annotations

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from skyflytt.project.secret_keys import server_key
from skyflytt.project.servers import Route53Server


class Route53(Block):
    """Zones of the customer's at Amazon Route 53, and the access key that may read and change them."""

    _block_type_name = "Skyflytt Route 53"
    _block_type_slug = "skyflytt-route53"
    _description = "Zones at Amazon Route 53, with the access key that may change them."

    access_key_id: str | None = Field(default=None, description="Id of the access key; empty for the worker's role.")
    zone_id: str | None = Field(default=None, description="Id of the hosted zone, where several have its name.")
    endpoint_url: str | None = Field(default=None, description="Address of the service; empty for AWS.")
    ca_file: str | None = Field(default=None, description="PEM file of a private CA, on the worker's disk.")
    secret: SecretStr | None = Field(default=None, description="Secret half of the access key.")

    def server(self) -> Route53Server:
        fields = {"access_key_id", "zone_id", "endpoint_url", "ca_file"}
        return Route53Server.model_validate({"kind": "route53", **self.model_dump(include=fields)})

    def secrets(self, name: str) -> dict[str, str]:
        return {server_key(name): self.secret.get_secret_value()} if self.secret else {}
