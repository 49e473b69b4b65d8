"""A document library of SharePoint, or somebody's OneDrive, and how the migration signs in to it."""

from __future__ import annotations

from typing import Literal

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from skyflytt.project.secret_keys import server_key
from skyflytt.project.servers import SharepointServer

_SETTINGS = set(SharepointServer.model_fields) - {"kind"}


class SharepointLibrary(Block):
    """A document library of SharePoint, or somebody's OneDrive, that files are moved from or to, by Microsoft Graph."""

    _block_type_name = "Skyflytt SharePoint library"
    _block_type_slug = "skyflytt-sharepoint-library"
    _description = "A document library of SharePoint, or somebody's OneDrive, that files are moved from or to."

    tenant: str = Field(description="Id of the tenant, or one of its domains.")
    client_id: str = Field(description="Id of the application that signs in.")
    auth: Literal["secret", "certificate", "device-code"] = Field(
        default="secret", description="How it signs in; with device-code a person enters a code in a browser."
    )
    certificate_file: str | None = Field(
        default=None, description="PEM file with private key and certificate, on the worker's disk."
    )
    token_file: str | None = Field(
        default=None, description="File that tokens are kept in, encrypted, on the worker's disk."
    )
    login_url: str = Field(default="https://login.microsoftonline.com", description="Where tokens come from.")
    graph_url: str = Field(default="https://graph.microsoft.com", description="Where Graph is.")
    ca_file: str | None = Field(default=None, description="PEM file of a private CA, on the worker's disk.")
    site: str | None = Field(default=None, description="Address of the site, from its host on.")
    library: str | None = Field(default=None, description="Name of the site's library; empty for its own one.")
    user: str | None = Field(default=None, description="Whose OneDrive it is, instead of a site.")
    drive: str | None = Field(default=None, description="Id of the drive, instead of a site.")
    root: str = Field(default="/", description="Folder of the library that all paths are below.")
    connections: int = Field(default=4, description="Connections per share at most: 1 to 8; as many are used as pay.")
    uploads_file: str | None = Field(
        default=None, description="File that cut-off uploads are kept in, encrypted, on the worker's disk."
    )
    secret: SecretStr | None = Field(
        default=None,
        description="The application's secret, the passphrase of its certificate's key, or what kept tokens are encrypted with.",
    )

    def server(self) -> SharepointServer:
        return SharepointServer.model_validate({"kind": "sharepoint", **self.model_dump(include=_SETTINGS)})

    def secrets(self, name: str) -> dict[str, str]:
        return {server_key(name): self.secret.get_secret_value()} if self.secret else {}
