"""An S3 bucket that drops are opened in."""

from __future__ import annotations

from typing import Literal

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from skyflytt.project.secret_keys import server_key
from skyflytt.project.servers import S3Server

FIELDS = set(S3Server.model_fields) - {"kind"}


class S3Drop(Block):
    """A bucket, or a prefix of one, in which the customer collects its data for a limited time."""

    _block_type_name = "Skyflytt S3 drop"
    _block_type_slug = "skyflytt-s3-drop"
    _description = "A bucket in which the customer collects its data for a limited time."

    endpoint_url: str | None = Field(default=None, description="Address of the service; empty for AWS.")
    bucket: str = Field(description="Bucket.")
    region: str | None = Field(default=None, description="Region.")
    prefix: str | None = Field(default=None, description="Where in the bucket everything goes.")
    access_key_id: str | None = Field(default=None, description="Id of the access key.")
    ca_file: str | None = Field(default=None, description="PEM file of a private CA, on the worker's disk.")
    connections: int = Field(
        default=8, description="Connections per share or drop at most: 1 to 16; as many are used as pay."
    )
    hand_out: Literal["links", "temporary", "user"] = Field(
        default="links",
        description="What the customer gets: signed links, temporary credentials, or a user of its own.",
    )
    role: str | None = Field(default=None, description="Role (ARN) of temporary credentials.")
    role_hours: int = Field(default=1, description="For how long the role allows credentials, in hours: 1 to 12.")
    users: Literal["iam", "rgw"] = Field(default="iam", description="How the service makes users; rgw: Ceph.")
    accounts_url: str | None = Field(
        default=None, description="Address of the service that makes credentials, where it is not the bucket's."
    )
    secret: SecretStr | None = Field(default=None, description="Secret half of the access key.")

    def server(self) -> S3Server:
        return S3Server.model_validate({"kind": "s3", **self.model_dump(include=FIELDS)})

    def secrets(self, name: str) -> dict[str, str]:
        return {server_key(name): self.secret.get_secret_value()} if self.secret else {}
