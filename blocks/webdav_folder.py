"""A folder at a web server that speaks WebDAV, and its account."""

from __future__ import annotations

from typing import Literal

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from skyflytt.project.secret_keys import server_key
from skyflytt.project.servers import WebdavServer


class WebdavFolder(Block):
    """A folder (WebDAV) that files are moved from or to, such as Nextcloud or a provider's web disk. Always over TLS."""

    _block_type_name = "Skyflytt WebDAV folder"
    _block_type_slug = "skyflytt-webdav-folder"
    _description = "A folder (WebDAV) that files are moved from or to, with its account."

    host: str = Field(description="Host name.")
    port: int = Field(default=443, description="Port.")
    root: str = Field(default="/", description="The path of the WebDAV address, as readable text.")
    auth: Literal["basic", "digest", "bearer"] = Field(
        default="basic", description="How the account signs in; with bearer the secret is a token."
    )
    user: str = Field(description="Account to sign in with; with a token, whose it is.")
    times: Literal["auto", "owncloud", "win32", "none"] = Field(
        default="auto", description="How files' times of modification are kept; auto knows ownCloud and Nextcloud."
    )
    ca_file: str | None = Field(
        default=None, description="PEM file of the server's own authority, on the worker's disk."
    )
    connections: int = Field(
        default=4, description="Connections per share or drop at most: 1 to 16; as many are used as pay."
    )
    secret: SecretStr | None = Field(default=None, description="The account's password, or the token.")

    def server(self) -> WebdavServer:
        fields = {"host", "port", "root", "auth", "user", "times", "ca_file", "connections"}
        return WebdavServer.model_validate({"kind": "webdav", **self.model_dump(include=fields)})

    def secrets(self, name: str) -> dict[str, str]:
        return {server_key(name): self.secret.get_secret_value()} if self.secret else {}
