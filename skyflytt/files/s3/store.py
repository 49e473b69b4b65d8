"""A bucket, or what is below a prefix in it, as a store.

A folder is a key that ends with a slash, or what such a key would stand before. S3 lists keys in the order of their UTF-8 bytes,
which is the order of a scan already: a folder stands right before the first key below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from skyflytt.errors.base import Failure, Permanent
from skyflytt.errors.files import PathMissing, PathRefused
from skyflytt.files.each import PUT_EACH, RENAME_EACH, STAT_EACH, Rename, Whole, one_by_one
from skyflytt.files.paths import ancestors, check_below, check_path, readable
from skyflytt.files.port import Entry, EntryKind, FileCapabilities, ScanFailure
from skyflytt.files.s3.checked import checks_writes
from skyflytt.files.s3.encrypted import require_tls
from skyflytt.files.s3.failures import failures, signing_in
from skyflytt.files.s3.quick import Quick
from skyflytt.files.s3.together import Together
from skyflytt.files.s3.unfinished import give_up_partials
from skyflytt.files.s3.upload import Upload
from skyflytt.files.stream import reading, writing
from skyflytt.files.verification import check_digest, digest_of_bytes

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CopySourceTypeDef, HeadObjectOutputTypeDef, ObjectTypeDef

TIMEOUT_S = 60
MTIME = "mtime"
"""Metadata in seconds since 1970 with a fraction: rclone's convention."""
LARGEST_COPY = {"EntityTooLarge", "InvalidRequest"}
"""What CopyObject says to more than 5 GiB."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
            yield from _implied(key, before, start, item["LastModified"])
            yield from _itself(key, item)
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
            return Entry(path, EntryKind.FILE, head["ContentLength"], _modified(head), token=token_of(head))
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


def mtime_text(modified: datetime) -> str:
    """A time as the metadata has it."""
    return f"{(modified - EPOCH) / timedelta(seconds=1):.6f}"


def _implied(key: str, before: str, start: str, seen: datetime) -> Iterator[Entry]:
    """The folders on the way to `key` that the key before it was not in."""
    for folder in ancestors(key):
        if _path_fault(folder) is not None:
            return
        if len(folder) >= len(start) and not before.startswith(f"{folder}/"):
            yield Entry(folder, EntryKind.FOLDER, 0, seen)


def _itself(key: str, item: ObjectTypeDef) -> Iterator[Entry | ScanFailure]:
    path = key.removesuffix("/")
    if (failure := _path_fault(path)) is not None:
        yield ScanFailure(path, failure, folder=path != key)
    elif path == key:
        yield Entry(path, EntryKind.FILE, item["Size"], item["LastModified"], token=token_of(item))


def token_of(told: HeadObjectOutputTypeDef | ObjectTypeDef) -> str:
    """The object's ETag: another one whenever its bytes are others, within the same second too."""
    return told.get("ETag", "").strip('"').replace(" ", "")


def _path_fault(path: str) -> Permanent | None:
    try:
        check_path(path)
    except Permanent as failure:
        return failure
    return None


def _modified(head: HeadObjectOutputTypeDef) -> datetime:
    try:
        return EPOCH + timedelta(microseconds=round(float(head.get("Metadata", {})[MTIME]) * 1_000_000))
    except (KeyError, ValueError, OverflowError):
        return head["LastModified"]
