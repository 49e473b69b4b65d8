"""Writing one object whose size is not known beforehand (S3 API: PutObject, or a multipart upload)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

FIRST_PART_BYTES = 8 << 20
PARTS_PER_SIZE = 1_000
"""After so many parts their size doubles: 10,000 parts are allowed, and reach 8 TB so; S3's limit is 5 TB."""


class Upload:
    """Nothing is seen at `key` before `finish`. Small content goes in one request, larger in parts of at least 8 MiB."""

    def __init__(self, client: S3Client, bucket: str, key: str) -> None:
        self._client = client
        self._bucket = bucket
        self._key = key
        self._pending = bytearray()
        self._upload_id = ""
        self._parts: list[CompletedPartTypeDef] = []

    def put(self, data: memoryview) -> None:
        self._pending += data
        while len(self._pending) >= (size := self._part_bytes()):
            self._send_part(bytes(memoryview(self._pending)[:size]))
            del self._pending[:size]

    def _part_bytes(self) -> int:
        return FIRST_PART_BYTES << (len(self._parts) // PARTS_PER_SIZE)

    def _send_part(self, data: bytes) -> None:
        if not self._upload_id:
            self._upload_id = self._client.create_multipart_upload(Bucket=self._bucket, Key=self._key)["UploadId"]
        number = len(self._parts) + 1
        answer = self._client.upload_part(
            Bucket=self._bucket, Key=self._key, UploadId=self._upload_id, PartNumber=number, Body=data
        )
        self._parts.append({"PartNumber": number, "ETag": answer["ETag"]})

    def finish(self) -> None:
        if not self._upload_id:
            self._client.put_object(Bucket=self._bucket, Key=self._key, Body=bytes(self._pending))
            return
        if self._pending:
            self._send_part(bytes(self._pending))
        self._client.complete_multipart_upload(
            Bucket=self._bucket, Key=self._key, UploadId=self._upload_id, MultipartUpload={"Parts": self._parts}
        )

    def give_up(self) -> None:
        """Free the parts that the server keeps; nothing was there otherwise."""
        if self._upload_id:
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=self._key, UploadId=self._upload_id)
