"""Open uploads as the servers list them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from skyflytt.errors.base import Permanent
from skyflytt.files.s3.store import S3Store
from skyflytt.files.s3.unfinished import open_uploads
from skyflytt.files.unfinished import give_up_unfinished

OURS = ".skyflytt-0123456789abcdef.partial"


@pytest.fixture
def said() -> Iterator[Stubber]:
    client = boto3.client(
        "s3", region_name="us-east-1", aws_access_key_id="key", aws_secret_access_key="secret", endpoint_url="http://x"
    )
    with Stubber(client) as stub:
        yield stub


def store(said: Stubber) -> S3Store:
    return S3Store(said.client, "bucket", "p", "server")  # type: ignore[attr-defined]


def asked(**more: Any) -> dict[str, Any]:
    return {"Bucket": "bucket", "Prefix": "p/", "EncodingType": "url", **more}


def test_pages_go_on_behind_the_decoded_key(said: Stubber) -> None:
    first = {
        "EncodingType": "url",
        "IsTruncated": True,
        "NextKeyMarker": "p/a+b%2Bc%01",
        "NextUploadIdMarker": "1",
        "Uploads": [{"Key": "p/a+b%2Bc%01", "UploadId": "1"}],
    }
    said.add_response("list_multipart_uploads", first, asked())
    second = {"Uploads": [{"Key": "p/plus+%41", "UploadId": "2"}]}
    said.add_response("list_multipart_uploads", second, asked(KeyMarker="p/a b+c\x01", UploadIdMarker="1"))
    found = list(open_uploads(said.client, "bucket", "p/"))  # type: ignore[attr-defined]
    assert found == [("1", "p/a b+c\x01", None), ("2", "p/plus A", "p/plus+%41")]


def test_keys_are_tried_as_they_can_be_read(said: Stubber) -> None:
    """Whether they were encoded is not always told; a name for an upload is that of one upload alone."""
    uploads = [{"Key": f"p/a+b/{OURS}", "UploadId": "1"}]
    said.add_response("list_multipart_uploads", {"Uploads": uploads}, asked())
    first = {"Bucket": "bucket", "Key": f"p/a b/{OURS}", "UploadId": "1"}
    said.add_client_error("abort_multipart_upload", "NoSuchUpload", http_status_code=404, expected_params=first)
    said.add_response("abort_multipart_upload", {}, first | {"Key": f"p/a+b/{OURS}"})
    assert give_up_unfinished(store(said)) == 1
    said.assert_no_pending_responses()


def test_one_that_is_gone_meanwhile_is_no_failure(said: Stubber) -> None:
    uploads = [{"Key": f"p/{OURS}", "UploadId": "1"}, {"Key": "p/theirs", "UploadId": "2"}]
    said.add_response("list_multipart_uploads", {"Uploads": uploads}, asked())
    said.add_client_error("abort_multipart_upload", "NoSuchUpload", http_status_code=404)
    assert give_up_unfinished(store(said)) == 1
    said.assert_no_pending_responses()


def test_a_key_that_may_not_list_uploads_is_no_failure(said: Stubber) -> None:
    for code in ("AccessDenied", "NotImplemented"):
        said.add_client_error("list_multipart_uploads", code, http_status_code=403)
        assert give_up_unfinished(store(said)) == 0
    said.add_client_error("list_multipart_uploads", "AccessDenied", http_status_code=403)
    with pytest.raises(Permanent):
        store(said).give_up_unfinished()
