"""A bucket of an S3 service."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from skyflytt.project.fields import Endpoint, LocalPath, Text
from skyflytt.project.part import Part, wrong
from skyflytt.project.servers.fields import CA_FILE, CONNECTIONS, KIND


class S3Server(Part):
    """An S3 bucket, or a part of one, that files come from or go to, or that a drop is opened in."""

    kind: Literal["s3"] = Field(description=KIND)
    endpoint_url: Endpoint | None = Field(
        default=None, description="Address of the S3 service; without it, AWS.", examples=["https://s3.example.com"]
    )
    bucket: Text = Field(description="Name of the bucket.", examples=["handover"])
    region: Text | None = Field(default=None, description="Region of the bucket.", examples=["eu-north-1"])
    prefix: Text | None = Field(
        default=None, description="Where in the bucket everything goes; without it, at the top.", examples=["norrsken/"]
    )
    access_key_id: Text | None = Field(
        default=None, description="Id of the access key; its secret half is the server's secret."
    )
    hand_out: Literal["links", "temporary", "user"] = Field(
        default="links",
        description="What the customer of a drop gets: links: a page of signed links, new ones every seven days; temporary: credentials "
        "for some hours, new ones on request; user: an account of the service for as long as the drop is open.",
    )
    role: Text | None = Field(
        default=None,
        description="Role (ARN) that the customer's temporary credentials are of, with hand_out temporary.",
        examples=["arn:aws:iam::123456789012:role/drop"],
    )
    role_hours: int = Field(default=1, ge=1, le=12, description="For how long the role allows credentials, in hours.")
    users: Literal["iam", "rgw"] = Field(
        default="iam", description="How the service makes accounts, with hand_out user; rgw: Ceph's admin interface."
    )
    accounts_url: Endpoint | None = Field(
        default=None,
        description="Address of the service that makes credentials or accounts, where it is another one than the bucket's.",
        examples=["https://sts.eu-north-1.amazonaws.com"],
    )
    connections: int = Field(default=8, ge=1, le=16, description=CONNECTIONS)
    ca_file: LocalPath | None = Field(default=None, description=CA_FILE)

    @model_validator(mode="after")
    def says_whose_credentials(self) -> S3Server:
        if self.hand_out == "temporary" and self.role is None:
            raise wrong("nothing says whose credentials the customer gets", "`role`: the role that may be assumed")
        return self
