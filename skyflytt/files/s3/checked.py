"""Whether a store compares what it gets with the SHA-256 that each request is signed with (Signature Version 4, x-amz-content-sha256)."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from skyflytt.files.copy import PARTIAL_PREFIX, PARTIAL_SUFFIX

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SIGNED, SENT = b"signed", b"differ"
DIFFERS = "XAmzContentSHA256Mismatch"
EVENT = "before-send.s3.PutObject"


def checks_writes(client: S3Client, bucket: str, prefix: str) -> bool:
    """Tried with an object that is not what it was signed as; a store that takes it is asked to remove it again.

    Raises botocore's errors where the store cannot be reached; any other refusal than the right one says no.
    """
    key = f"{prefix}{PARTIAL_PREFIX}{secrets.token_hex(8)}{PARTIAL_SUFFIX}"

    def exchange(request: Any, **_: Any) -> None:
        request.body = SENT

    client.meta.events.register_first(EVENT, exchange)
    try:
        client.put_object(Bucket=bucket, Key=key, Body=SIGNED)
    except ClientError as error:
        return error.response.get("Error", {}).get("Code") == DIFFERS
    finally:
        client.meta.events.unregister(EVENT, exchange)
    with suppress(ClientError):
        client.delete_object(Bucket=bucket, Key=key)
    return False
