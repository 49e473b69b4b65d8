"""A bucket, or what is below a prefix in it, as a store.

A folder is a key that ends with a slash, or what such a key would stand before. S3 lists keys in the order of their UTF-8 bytes,
which is the order of a scan already: a folder stands right before the first key below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from botocore.exceptions import ClientError

from skyflytt.errors.base import Failure
from skyflytt.errors.files import PathMissing, PathRefused
from skyflytt.files.each import PUT_EACH, RENAME_EACH, STAT_EACH, Rename, Whole, one_by_one
from skyflytt.files.paths import ancestors, check_below, check_path, readable
from skyflytt.files.port import Entry, EntryKind, FileCapabilities, ScanFailure
from skyflytt.files.s3.checked import checks_writes
from skyflytt.files.s3.entries import EPOCH, MTIME, implied_folders, listed, modified_of, mtime_text, token_of
from skyflytt.files.s3.failures import failures
from skyflytt.files.s3.quick import Quick
from skyflytt.files.s3.together import Together
from skyflytt.files.s3.unfinished import give_up_partials
from skyflytt.files.s3.upload import Upload
from skyflytt.files.stream import reading, writing
from skyflytt.files.verification import check_digest, digest_of_bytes

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CopySourceTypeDef, HeadObjectOutputTypeDef, ObjectTypeDef

LARGEST_COPY = {"EntityTooLarge", "InvalidRequest"}
"""What CopyObject says to more than 5 GiB."""


class S3Store:
    """A `FileStore` of objects. A write is seen when it is finished, and not before; it cannot be gone on with.

    A scan has the time of the upload as `modified`, since listings carry no metadata; `stat` has the time that `rename` set.
    """

    capabilities: FileCapabilities = FileCapabilities(
        atomic_rename=False,
        resumable_writes=False,
        mtime_step_seconds=1e-6,
        symlinks=False,
        max_path_bytes=1024,
        max_name_bytes=None,
        max_connections=16,
        change_token="ETag",
        times_by_scan=False,
        keeps_unfinished=True,
        at_once=frozenset({STAT_EACH, RENAME_EACH, PUT_EACH}),
    )

    def __init__(self, client: S3Client, bucket: str, prefix: str, server: str, quick: Quick | None = None) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._server = server
        self._quick = quick
        self._checks: bool | None = None
        """Whether the store compares what it gets; None before it was tried."""

    def _failures(self, item: str) -> AbstractContextManager[None]:
        return failures(item, self._server)

    def scan(self, below: str = "") -> Iterator[Entry | ScanFailure]:
        start = f"{check_below(below)}/" if below else ""
        if below and not self._holds(start):
            raise PathMissing(below, "no such folder")
        return self._entries(start)

    def _entries(self, start: str) -> Iterator[Entry | ScanFailure]:
        before = start
        for item in self._objects(start):
            key = item["Key"].removeprefix(self._prefix)
            if key == start:
                continue
            if key.encode() <= before.encode():
                raise PathRefused(
                    self._server, f"it does not list its keys in order ({readable(key)} after {readable(before)})"
                )
            yield from implied_folders(key, before, start, item["LastModified"])
            yield from listed(key, item)
            before = key

    def _objects(self, start: str) -> Iterable[ObjectTypeDef]:
        pages = iter(
            self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix + start)
        )
        while True:
            with self._failures(start or self._bucket):
                page = next(pages, None)
            if page is None:
                return
            yield from page.get("Contents", [])

    def _holds(self, prefix: str) -> bool:
        """Whether there is any key that begins so."""
        with self._failures(prefix or self._bucket):
            found = self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix + prefix, MaxKeys=1)
        return bool(found.get("KeyCount"))

    def stat(self, path: str) -> Entry | None:
        head = self._head(check_path(path))
        if head is not None:
            return Entry(path, EntryKind.FILE, head["ContentLength"], modified_of(head), token=token_of(head))
        if not self._holds(f"{path}/"):
            return None
        marker = self._head(f"{path}/")
        return Entry(path, EntryKind.FOLDER, 0, marker["LastModified"] if marker else EPOCH)

    def _head(self, key: str) -> HeadObjectOutputTypeDef | None:
        try:
            with self._failures(key):
                return self._client.head_object(Bucket=self._bucket, Key=self._prefix + key)
        except PathMissing:
            return None

    @contextmanager
    def read(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        key = self._prefix + check_path(path)
        try:
            with self._failures(path):
                wanted = {"Range": f"bytes={offset}-"} if offset else {}
                body = self._client.get_object(Bucket=self._bucket, Key=key, **wanted)["Body"]  # type: ignore[arg-type]
        except PathRefused as refused:
            if "InvalidRange" not in refused.detail:
                raise
            yield reading(lambda _size: b"")
            return

        def take(size: int) -> bytes:
            with self._failures(path):
                return body.read(size)

        with body:
            yield reading(take)

    @contextmanager
    def write(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        if offset:
            raise PathRefused(check_path(path), "an object cannot be gone on with; write it again from its beginning")
        self._check_length(check_path(path))
        self._try_checks()
        upload = Upload(self._client, self._bucket, self._prefix + path)

        def put(data: memoryview) -> None:
            with self._failures(path):
                upload.put(data)

        try:
            yield writing(put)
            with self._failures(path):
                upload.finish()
        except BaseException:
            with suppress(Failure), self._failures(path):
                upload.give_up()
            raise

    def _try_checks(self) -> bool:
        """Once for a connection, and not for one that only reads."""
        if self._checks is None:
            with self._failures(self._bucket):
                self._checks = checks_writes(self._client, self._bucket, self._prefix)
            self.capabilities = replace(self.capabilities, checks_writes=self._checks)
        return self._checks

    def put_each(self, files: Sequence[Whole]) -> list[Failure | None]:
        return one_by_one(self._put_whole if self._try_checks() else self._put_aside, files)

    def _put_whole(self, file: Whole) -> None:
        self._check_length(check_path(file.path))
        key = self._prefix + file.path
        metadata = {} if file.modified is None else {MTIME: mtime_text(file.modified)}
        if self._quick is None or not self._quick.put(key, file.content, file.digest, metadata):
            with self._failures(file.path):
                self._client.put_object(Bucket=self._bucket, Key=key, Body=file.content, Metadata=metadata)

    def _put_aside(self, file: Whole) -> None:
        """The store would let anybody see what came in another shape, so it is read back before it comes to its name."""
        self._check_length(check_path(file.path))
        try:
            with self.write(file.partial) as stream:
                stream.write(file.content)
            check_digest(file.partial, file.digest, digest_of_bytes(self, file.partial))
            self.copy_fresh(file.partial, file.path, file.modified)
        finally:
            with suppress(Failure):
                self.delete_each([file.partial])

    def _check_length(self, path: str) -> None:
        if (size := len((self._prefix + path).encode())) > (self.capabilities.max_path_bytes or size):
            raise PathRefused(path, f"the key would have {size} bytes; S3 allows {self.capabilities.max_path_bytes}")

    def rename(self, path: str, to: str, modified: datetime | None = None) -> None:
        self._check_length(check_path(to))
        head = self._head(check_path(path))
        if head is not None:
            self._move(path, to, head, modified)
        elif not self._rename_folder(path, to):
            raise PathMissing(path, "no such file or folder")

    def _move(self, path: str, to: str, head: HeadObjectOutputTypeDef, modified: datetime | None) -> None:
        metadata = dict(head.get("Metadata", {}))
        if modified is not None:
            metadata[MTIME] = mtime_text(modified)
        with self._failures(path):
            self._copy(self._prefix + path, self._prefix + to, metadata)
            if to != path:
                self._client.delete_object(Bucket=self._bucket, Key=self._prefix + path)

    def copy_fresh(self, path: str, to: str, modified: datetime | None) -> None:
        """Copy an object without metadata of its own."""
        self._check_length(check_path(to))
        metadata = {} if modified is None else {MTIME: mtime_text(modified)}
        with self._failures(path):
            self._copy(self._prefix + path, self._prefix + to, metadata)

    def delete_each(self, paths: Sequence[str]) -> dict[str, str]:
        """Delete objects in one request; those that are left, with the server's words."""
        if not paths:
            return {}
        with self._failures(paths[0]):
            answer = self._client.delete_objects(
                Bucket=self._bucket,
                Delete={"Objects": [{"Key": self._prefix + path} for path in paths], "Quiet": True},
            )
        left = answer.get("Errors", [])
        return {one["Key"].removeprefix(self._prefix): f"{one.get('Code')}: {one.get('Message')}" for one in left}

    def list_after(self, prefix: str, after: str) -> tuple[set[str], str]:
        """One page of files and folders directly below a prefix, from behind a key on; the last of them when there are more."""
        with self._failures(prefix or self._bucket):
            page = self._client.list_objects_v2(
                Bucket=self._bucket, Prefix=self._prefix + prefix, Delimiter="/", StartAfter=self._prefix + after
            )
        keys = [item["Key"] for item in page.get("Contents", [])] + [
            item["Prefix"] for item in page.get("CommonPrefixes", [])
        ]
        found = {key.removeprefix(self._prefix) for key in keys}
        last = max(found, key=str.encode, default="") if page.get("IsTruncated") else ""
        return {key.rstrip("/") for key in found}, last

    def stat_each(self, paths: Sequence[str]) -> list[Entry | Failure | None]:
        return Together(self).stat(paths)

    def rename_each(self, renames: Sequence[Rename]) -> list[Failure | None]:
        return Together(self).rename(renames)

    def _copy(self, key: str, to: str, metadata: dict[str, str]) -> None:
        source: CopySourceTypeDef = {"Bucket": self._bucket, "Key": key}
        try:
            self._client.copy_object(
                Bucket=self._bucket, Key=to, CopySource=source, Metadata=metadata, MetadataDirective="REPLACE"
            )
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in LARGEST_COPY:
                raise
            extra = {"Metadata": metadata, "MetadataDirective": "REPLACE"}
            self._client.copy(source, self._bucket, to, ExtraArgs=extra)

    def _rename_folder(self, path: str, to: str) -> bool:
        keys = [item["Key"].removeprefix(self._prefix) for item in self._objects(f"{path}/")]
        for key in keys:
            head = self._head(key)
            if head is not None:
                self._move(key, to + key[len(path) :], head, None)
        return bool(keys)

    def remove(self, path: str) -> None:
        if self._head(check_path(path)) is not None:
            with self._failures(path):
                self._client.delete_object(Bucket=self._bucket, Key=self._prefix + path)
            return
        with self._failures(path):
            inside = self._client.list_objects_v2(Bucket=self._bucket, Prefix=f"{self._prefix}{path}/", MaxKeys=2)
            keys = [item["Key"] for item in inside.get("Contents", [])]
            if keys and keys != [f"{self._prefix}{path}/"]:
                raise PathRefused(path, "the folder is not empty")
            if keys:
                self._client.delete_object(Bucket=self._bucket, Key=keys[0])

    def make_folder(self, path: str) -> None:
        for folder in (*ancestors(check_path(path)), path):
            if self._head(folder) is not None:
                raise PathRefused(folder, "a file is in the way")
        with self._failures(path):
            self._client.put_object(Bucket=self._bucket, Key=f"{self._prefix}{path}/", Body=b"")

    def give_up_unfinished(self, below: str = "") -> int:
        start = f"{check_below(below)}/" if below else ""
        with self._failures(start or self._bucket):
            return give_up_partials(self._client, self._bucket, self._prefix + start)

    def digest(self, path: str) -> str | None:
        check_path(path)
        return None
