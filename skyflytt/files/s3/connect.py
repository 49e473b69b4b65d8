"""Opens a bucket: signed in, over TLS where it is not this machine, and asked once whether it answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import boto3
from botocore.config import Config

from skyflytt.files.s3.encrypted import require_tls
from skyflytt.files.s3.failures import failures, signing_in
from skyflytt.files.s3.quick import Quick
from skyflytt.files.s3.store import S3Store

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

TIMEOUT_S = 60


class S3Settings(Protocol):
    """`skyflytt.project.servers.S3Server`."""

    @property
    def endpoint_url(self) -> str | None: ...
    @property
    def bucket(self) -> str: ...
    @property
    def region(self) -> str | None: ...
    @property
    def prefix(self) -> str | None: ...
    @property
    def access_key_id(self) -> str | None: ...
    @property
    def ca_file(self) -> Path | None: ...


@contextmanager
def open_s3(server: S3Settings, secret: str | None = None) -> Iterator[S3Store]:
    """The bucket, which must exist, or the part of it below `server.prefix`; `secret` is the access key's secret half."""
    name = f"{server.endpoint_url or 'AWS'}, bucket {server.bucket}"
    require_tls(server.endpoint_url)
    with failures(name, name):
        client = _client(server, secret)
    try:
        with failures(server.bucket, name), signing_in(name):
            client.list_objects_v2(Bucket=server.bucket, Prefix=server.prefix or "", MaxKeys=1)
        with ExitStack() as open_too:
            quick = None
            if server.endpoint_url:
                quick = Quick(server, secret, client.meta.region_name, TIMEOUT_S)
                open_too.callback(quick.close)
            yield S3Store(client, server.bucket, server.prefix or "", name, quick)
    finally:
        client.close()


def _client(server: S3Settings, secret: str | None) -> S3Client:
    config = Config(
        connect_timeout=TIMEOUT_S,
        read_timeout=TIMEOUT_S,
        retries={"mode": "standard", "max_attempts": 3},
        # boto3 would compose a longer one anew for each request, at a tenth of all that a small file costs here.
        user_agent="skyflytt",
        # Older stores refuse the checksums that boto3 adds by itself (HTTP 411 over https).
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        # Own endpoints seldom have a DNS name for each bucket.
        # Every request is signed with the SHA-256 of what it carries, which over https boto3 does not do by itself.
        s3={"addressing_style": "path" if server.endpoint_url else "auto", "payload_signing_enabled": True},
    )
    return boto3.client(
        "s3",
        endpoint_url=server.endpoint_url,
        region_name=server.region,
        aws_access_key_id=server.access_key_id,
        aws_secret_access_key=secret if server.access_key_id else None,
        verify=str(server.ca_file) if server.ca_file else None,
        config=config,
    )
