"""A place at Dropbox, and the app's token for it."""

from __future__ import annotations

from typing import Literal

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from skyflytt.project.secret_keys import server_key
from skyflytt.project.servers import DropboxServer

FIELDS = set(DropboxServer.model_fields) - {"kind"}


class Dropbox(Block):
    """A person's own Dropbox, a team member's folder, or a team space, that files are moved from or to."""

    _block_type_name = "Skyflytt Dropbox"
    _block_type_slug = "skyflytt-dropbox"
    _description = "A person's own Dropbox, a team member's folder, or a team space, that files are moved from or to."

    auth: Literal["refresh", "token"] = Field(
        default="refresh", description="What the secret is: a refresh token of the app, or an access token."
    )
    app_key: str = Field(description="Key of the app in Dropbox's App Console.")
    team: str | None = Field(default=None, description="Id of the team that the token must belong to.")
    member: str | None = Field(
        default=None, description="With a token of a whole team: the member to act as, by address or team member id."
    )
    acts_as: Literal["member", "admin"] = Field(
        default="member", description="How the member acts: as itself, or as an administrator of the team."
    )
    space: Literal["home", "team"] = Field(
        default="home", description="What paths begin at: the member's own folder, or the team space."
    )
    root: str = Field(default="/", description="Folder there that all paths are below.")
    url: str | None = Field(default=None, description="Address in place of Dropbox's own, for a simulator or gateway.")
    ca_file: str | None = Field(default=None, description="PEM file of a private CA, on the worker's disk.")
    connections: int = Field(
        default=4, description="Connections per share or drop at most: 1 to 16; as many are used as pay."
    )
    secret: SecretStr | None = Field(default=None, description="The refresh token, or the access token.")

    def server(self) -> DropboxServer:
        return DropboxServer.model_validate({"kind": "dropbox", **self.model_dump(include=FIELDS)})

    def secrets(self, name: str) -> dict[str, str]:
        return {server_key(name): self.secret.get_secret_value()} if self.secret else {}
