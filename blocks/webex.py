"""An organisation in Webex Control Hub and the migration's token for it."""

from __future__ import annotations

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from skyflytt.project.secret_keys import server_key
from skyflytt.project.servers import WebexServer


class Webex(Block):
    """An organisation in Webex Control Hub, by its REST interface: accounts, licences, activity."""

    _block_type_name = "Skyflytt Webex"
    _block_type_slug = "skyflytt-webex"
    _description = "An organisation in Webex Control Hub: its accounts, licences and activity."

    url: str = Field(default="https://webexapis.com/v1", description="Address of the interface.")
    organisation: str = Field(description="The organisation's id, as the interface gives it.")
    trials: list[str] = Field(default=[], description="Numbers of the subscriptions that are trials.")
    ca_file: str | None = Field(default=None, description="PEM file of a private CA, on the worker's disk.")
    secret: SecretStr | None = Field(
        default=None, description="Access token of a full administrator; it is never refreshed."
    )

    def server(self) -> WebexServer:
        fields = {"url", "organisation", "trials", "ca_file"}
        return WebexServer.model_validate({"kind": "webex", **self.model_dump(include=fields)})

    def secrets(self, name: str) -> dict[str, str]:
        return {server_key(name): self.secret.get_secret_value()} if self.secret else {}
