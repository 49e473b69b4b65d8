"""The server that messages to the customer and the team go out through."""

from __future__ import annotations

from typing import Literal

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from skyflytt.project.secret_keys import server_key
from skyflytt.project.servers import SmtpServer as SmtpSettings


class SmtpServer(Block):
    """The server that messages to the customer and the team go out through."""

    _block_type_name = "Skyflytt SMTP server"
    _block_type_slug = "skyflytt-smtp-server"
    _description = "The server that messages to the customer and the team go out through."

    host: str = Field(description="Host name.")
    port: int = Field(default=587, description="Port: 587 for starttls, 465 for tls.")
    security: Literal["tls", "starttls", "none"] = Field(default="starttls", description="none: on this machine only.")
    user: str | None = Field(default=None, description="Account to sign in with; empty for none.")
    sender: str = Field(description="Address that messages come from.")
    ca_file: str | None = Field(default=None, description="PEM file of a private CA, on the worker's disk.")
    secret: SecretStr | None = Field(default=None, description="The account's password.")

    def server(self) -> SmtpSettings:
        fields = {"host", "port", "security", "user", "sender", "ca_file"}
        return SmtpSettings.model_validate({"kind": "smtp", **self.model_dump(include=fields)})

    def secrets(self, name: str) -> dict[str, str]:
        return {server_key(name): self.secret.get_secret_value()} if self.secret else {}
