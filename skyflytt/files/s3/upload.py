"""Writing one object whose size is not known beforehand (S3 API: PutObject, or a multipart upload with several parts under way)."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

FIRST_PART_BYTES = 8 << 20
PARTS_PER_SIZE = 1_000
"""After so many parts their size doubles: 10,000 parts are allowed, and reach 8 TB so; S3's limit is 5 TB."""
PARTS_AT_ONCE = 4
"""Of one object."""
ROOM = threading.BoundedSemaphore(12)
"""Parts under way of all objects together, since each of them is held in memory."""


class Upload:
    """Nothing is seen at `key` before `finish`. Small content goes in one request, larger in parts of at least 8 MiB."""

    def __init__(self, client: S3Client, bucket: str, key: str) -> None:
        self._client = client
        self._bucket = bucket
        self._key = key
        self._pending = bytearray()
        self._upload_id = ""
        self._under_way: deque[Future[CompletedPartTypeDef]] = deque()
        self._parts: list[CompletedPartTypeDef] = []
        self._sent = 0
        self._threads: ThreadPoolExecutor | None = None

    def put(self, data: memoryview) -> None:
        while data:
            room = self._part_bytes() - len(self._pending)
            self._pending += data[:room]
            data = data[room:]
            if len(self._pending) == self._part_bytes():
                self._send_part()

    def _part_bytes(self) -> int:
        return FIRST_PART_BYTES << (self._sent // PARTS_PER_SIZE)

    def _send_part(self) -> None:
        """Hands it over; waits for another one when too many are under way, and raises what became of that."""
        if self._threads is None:
            self._upload_id = self._client.create_multipart_upload(Bucket=self._bucket, Key=self._key)["UploadId"]
            self._threads = ThreadPoolExecutor(PARTS_AT_ONCE, "s3-part")
        while len(self._under_way) >= PARTS_AT_ONCE or (self._under_way and self._under_way[0].done()):
            self._parts.append(self._under_way.popleft().result())
        data, self._pending = self._pending, bytearray()
        self._sent += 1
        ROOM.acquire()
        part = self._threads.submit(self._sent_part, self._sent, bytes(data))
        part.add_done_callback(lambda _part: ROOM.release())
        self._under_way.append(part)

    def _sent_part(self, number: int, data: bytes) -> CompletedPartTypeDef:
        answer = self._client.upload_part(
            Bucket=self._bucket, Key=self._key, UploadId=self._upload_id, PartNumber=number, Body=data
        )
        return {"PartNumber": number, "ETag": answer["ETag"]}

    def finish(self) -> None:
        if self._threads is None:
            self._client.put_object(Bucket=self._bucket, Key=self._key, Body=bytes(self._pending))
            return
        if self._pending:
            self._send_part()
        self._parts += [part.result() for part in self._under_way]
        self._threads.shutdown()
        self._client.complete_multipart_upload(
            Bucket=self._bucket, Key=self._key, UploadId=self._upload_id, MultipartUpload={"Parts": self._parts}
        )

    def give_up(self) -> None:
        """Free the parts that the server keeps; nothing was there otherwise."""
        if self._threads is not None:
            # A part that arrives after this would be kept, so all that are under way are waited for.
            self._threads.shutdown(cancel_futures=True)
        if self._upload_id:
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=self._key, UploadId=self._upload_id)
