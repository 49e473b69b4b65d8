"""A name server that takes updates, and its key."""

from __future__ import annotations

from typing import Literal

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from skyflytt.project.secret_keys import server_key
from skyflytt.project.servers import Rfc2136Server


class NameServer(Block):
    """The primary name server of the customer's zones (BIND, Knot, PowerDNS), which is asked for whole zones and for updates of them."""

    _block_type_name = "Skyflytt name server"
    _block_type_slug = "skyflytt-name-server"
    _description = "The primary name server of the customer's zones, with the key that signs updates (RFC 2136)."

    host: str = Field(description="Host name or address.")
    port: int = Field(default=53, description="Port.")
    key_name: str | None = Field(default=None, description="Name of the key (TSIG); empty when it knows the worker.")
    algorithm: Literal["hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512"] = Field(
        default="hmac-sha256", description="How the key signs."
    )
    secret: SecretStr | None = Field(default=None, description="The key itself, in base64.")

    def server(self) -> Rfc2136Server:
        fields = {"host", "port", "key_name", "algorithm"}
        return Rfc2136Server.model_validate({"kind": "rfc2136", **self.model_dump(include=fields)})

    def secrets(self, name: str) -> dict[str, str]:
        return {server_key(name): self.secret.get_secret_value()} if self.secret else {}
