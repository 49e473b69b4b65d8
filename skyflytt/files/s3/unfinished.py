"""Uploads in parts that were neither finished nor given up (S3 API: ListMultipartUploads, AbortMultipartUpload).

No listing of objects shows them, their parts are paid for, and without a rule of the bucket's they stay for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote_plus

from skyflytt.files.copy import is_partial

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ListMultipartUploadsOutputTypeDef


class OpenUpload(NamedTuple):
    """An upload by the server's name for it, and its key in the bucket; `or_key` where the answer can be read in two ways."""

    upload_id: str
    key: str
    or_key: str | None = None


def give_up_partials(client: S3Client, bucket: str, prefix: str) -> int:
    """Give up all uploads to temporary names of ours below a prefix; how many. Those of others stay."""
    # Taken first: what is given up while pages are read could shift the next page.
    ours = [upload for upload in open_uploads(client, bucket, prefix) if is_partial(upload.key)]
    for upload in ours:
        _give_up(client, bucket, upload)
    return len(ours)


def open_uploads(client: S3Client, bucket: str, prefix: str) -> Iterator[OpenUpload]:
    """All open uploads whose keys begin with the prefix."""
    after: dict[str, str] = {}
    while True:
        # Encoded, since keys may have characters that XML cannot carry; boto3 decodes them in listings of objects alone.
        page = client.list_multipart_uploads(Bucket=bucket, Prefix=prefix, EncodingType="url", **after)  # type: ignore[arg-type]
        for upload in page.get("Uploads", []):
            yield _upload(upload["UploadId"], upload["Key"], page)
        if not page.get("IsTruncated"):
            return
        after = {
            "KeyMarker": _key(page["NextKeyMarker"], page),
            "UploadIdMarker": page["NextUploadIdMarker"],
        }


def _key(key: str, page: ListMultipartUploadsOutputTypeDef) -> str:
    """A server that does not know of the wish leaves keys as they are."""
    return unquote_plus(key) if page.get("EncodingType") == "url" else key


def _upload(upload_id: str, key: str, page: ListMultipartUploadsOutputTypeDef) -> OpenUpload:
    """Ceph encodes keys and does not say so."""
    decoded = unquote_plus(key)
    return OpenUpload(upload_id, decoded, None if page.get("EncodingType") == "url" or decoded == key else key)


def _give_up(client: S3Client, bucket: str, upload: OpenUpload) -> None:
    """None of it may be there any more: for a rule of the bucket's, or since its last request arrived after all."""
    for key in (upload.key, upload.or_key):
        if key is not None:
            with suppress(client.exceptions.NoSuchUpload):
                client.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload.upload_id)
                return
