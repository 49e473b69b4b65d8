from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ClockSkewed, PasswordRefused, ServerBusy
from skyflytt.errors.files import CopyAltered, PathEscapes, PathMissing, PathRefused, TargetFull
from skyflytt.files.each import put_each
from skyflytt.files.port import Entry, ScanFailure
from skyflytt.files.s3 import S3Store, open_s3
from skyflytt.files.s3.checked import EVENT, checks_writes
from skyflytt.files.s3.failures import answer_failure, failures, signing_in
from skyflytt.project.servers import S3Server
from tests.files.wholes import WHEN, exchange, whole
from tests.real.processes import free_port, running_module


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    log = tmp_path_factory.mktemp("moto") / "log"
    with running_module("moto.server", "-H", "127.0.0.1", "-p", str(port), port=port, log=log):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def client(endpoint: str) -> Any:
    given = {"region_name": "us-east-1", "aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    client = boto3.client("s3", endpoint_url=endpoint, **given)
    with suppress(client.exceptions.BucketAlreadyOwnedByYou):
        client.create_bucket(Bucket="bucket")
    return client


def server(endpoint: str, prefix: str, bucket: str = "bucket") -> S3Server:
    return S3Server(
        kind="s3", endpoint_url=endpoint, bucket=bucket, region="us-east-1", prefix=prefix, access_key_id="key"
    )


@pytest.fixture
def store(endpoint: str, client: Any, tmp_path: Path) -> Iterator[S3Store]:
    with open_s3(server(endpoint, tmp_path.name), "secret") as opened:
        yield opened


@pytest.mark.real
def test_folders_that_only_keys_imply(store: S3Store, client: Any, tmp_path: Path) -> None:
    keys = ["a", "a-b", "a.txt", "a/", "a/b/c/d", "a/b/e", "ab/x", "å/ä", "marker/", "😀"]
    for key in reversed(keys):
        client.put_object(Bucket="bucket", Key=f"{tmp_path.name}/{key}", Body=b"x")
    client.put_object(Bucket="bucket", Key=f"{tmp_path.name}-not-ours/x", Body=b"x")
    found = [each.key for each in store.scan()]
    assert found == [
        "a", "a-b", "a.txt", "a/", "a/b/", "a/b/c/", "a/b/c/d", "a/b/e", "ab/", "ab/x", "marker/", "å/", "å/ä", "😀",
    ]  # fmt: skip
    assert found == sorted(found, key=str.encode)
    assert [each.key for each in store.scan("a")] == ["a/b/", "a/b/c/", "a/b/c/d", "a/b/e"]


@pytest.mark.real
def test_keys_that_are_no_paths_are_failures_in_their_place(store: S3Store, client: Any, tmp_path: Path) -> None:
    for key in ("a//b", "a/c", "../up", "/abs", "./x", "z/../y", "ok"):
        client.put_object(Bucket="bucket", Key=f"{tmp_path.name}/{key}", Body=b"x")
    found = list(store.scan())
    assert [each.key for each in found] == sorted((each.key for each in found), key=str.encode)
    assert [each.key for each in found if isinstance(each, Entry)] == ["a/", "a/c", "ok", "z/"]
    failed = [each for each in found if isinstance(each, ScanFailure)]
    assert {each.path for each in failed} == {"a//b", "../up", "/abs", "./x", "z/../y"}
    assert all(isinstance(each.failure, PathEscapes) for each in failed)


@pytest.mark.real
def test_more_keys_than_one_page(store: S3Store, client: Any, tmp_path: Path) -> None:
    for number in range(1_010):
        client.put_object(Bucket="bucket", Key=f"{tmp_path.name}/{number % 10}/{number:04}", Body=b"")
    assert sum(1 for _ in store.scan()) == 1_020


@pytest.mark.real
def test_a_large_object_goes_in_parts_and_is_there_only_when_finished(store: S3Store, client: Any) -> None:
    content = os.urandom(20_000_000)
    with store.write("big") as file:
        for start in range(0, len(content), 3_000_000):
            file.write(content[start : start + 3_000_000])
        assert store.stat("big") is None
    with store.read("big") as file:
        assert file.read() == content
    with store.read("big", 19_999_990) as file:
        assert file.read() == content[-10:]


@pytest.mark.real
def test_a_broken_off_object_leaves_no_parts_behind(store: S3Store, client: Any) -> None:
    def break_off() -> None:
        with store.write("big") as file:
            file.write(os.urandom(9_000_000))
            raise KeyError

    with pytest.raises(KeyError):
        break_off()
    assert "Uploads" not in client.list_multipart_uploads(Bucket="bucket")


@pytest.mark.real
def test_times_are_kept_as_rclone_keeps_them(store: S3Store, client: Any, tmp_path: Path) -> None:
    when = datetime(2024, 2, 29, 1, 2, 3, 456_789, UTC)
    with store.write("file"):
        pass
    store.rename("file", "å file", when)
    head = client.head_object(Bucket="bucket", Key=f"{tmp_path.name}/å file")
    assert head["Metadata"] == {"mtime": "1709168523.456789"}
    found = store.stat("å file")
    assert found is not None
    assert found.modified == when


@pytest.mark.real
def test_keys_longer_than_s3_allows(store: S3Store) -> None:
    with pytest.raises(PathRefused, match="1024"), store.write("n/" * 600 + "x"):
        pass


@pytest.mark.real
def test_a_bucket_that_does_not_exist(endpoint: str, client: Any) -> None:
    with pytest.raises(PathMissing), open_s3(server(endpoint, "x", "no-such-bucket"), "secret"):
        pass


@pytest.mark.real
def test_a_key_that_the_server_does_not_know(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Moto looks at keys when it is told to, from the first request on."""
    monkeypatch.setenv("INITIAL_NO_AUTH_ACTION_COUNT", "0")
    port = free_port()
    with (
        running_module("moto.server", "-H", "127.0.0.1", "-p", str(port), port=port, log=tmp_path / "log"),
        pytest.raises(PasswordRefused),
        open_s3(server(f"http://127.0.0.1:{port}", "x"), "secret"),
    ):
        pass


def test_what_is_refused_at_once_is_a_sign_in() -> None:
    """A store with STS says no more than this to a key whose secret is wrong."""
    answer: Any = {"Error": {"Code": "AccessDenied"}}
    with pytest.raises(PasswordRefused), failures("bucket", "server"), signing_in("server"):
        raise ClientError(answer, "ListObjectsV2")
    with pytest.raises(PathRefused), failures("bucket", "server"):
        raise ClientError(answer, "PutObject")
    with pytest.raises(PathMissing), failures("bucket", "server"), signing_in("server"):
        raise ClientError({"Error": {"Code": "NoSuchBucket"}}, "ListObjectsV2")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("NoSuchKey", PathMissing),
        ("AccessDenied", PathRefused),
        ("KeyTooLongError", PathRefused),
        ("SignatureDoesNotMatch", PasswordRefused),
        ("ExpiredToken", PasswordRefused),
        ("SlowDown", ServerBusy),
        ("503", ServerBusy),
        ("QuotaExceeded", TargetFull),
        ("RequestTimeTooSkewed", ClockSkewed),
    ],
)
def test_what_errors_mean(code: str, expected: type[Failure]) -> None:
    answer: Any = {
        "Error": {"Code": code, "Message": "in words"},
        "ResponseMetadata": {"HTTPHeaders": {"retry-after": "7"}},
    }
    failure = answer_failure("file", "server", ClientError(answer, "PutObject"))
    assert type(failure) is expected
    assert failure.retry_after_s == (7 if expected is ServerBusy else None)


@pytest.mark.real
def test_a_store_that_takes_anything_is_found_out_and_left_clean(client: Any) -> None:
    assert not checks_writes(client, "bucket", "found-out/")
    assert "Contents" not in client.list_objects_v2(Bucket="bucket", Prefix="found-out/")


@pytest.mark.real
def test_there_files_are_read_back_before_they_come_to_their_names(store: S3Store) -> None:
    content = os.urandom(1_000)
    assert put_each(store, [whole("a", content), whole("mapp/å", b"")]) == [None, None]
    assert not store.capabilities.checks_writes
    assert [entry.key for entry in store.scan()] == ["a", "mapp/", "mapp/å"]
    there = store.stat("a")
    assert there is not None
    assert (there.size_bytes, there.modified) == (1_000, WHEN)
    with store.read("a") as file:
        assert file.read() == content


@pytest.mark.real
def test_what_came_in_another_shape_is_never_seen(store: S3Store) -> None:
    assert put_each(store, [whole("first", b"good")]) == [None]

    def spoil(request: Any, **_: Any) -> None:
        exchange(request, b"sent", b"came")

    store._client.meta.events.register_first(EVENT, spoil)
    answers = put_each(store, [whole("bad", b"sent"), whole("good", b"good")])
    assert [type(answer) for answer in answers] == [CopyAltered, type(None)]
    assert [entry.key for entry in store.scan()] == ["first", "good"]


@pytest.mark.parametrize("code", ["XAmzContentSHA256Mismatch", "BadDigest"])
def test_a_refusal_for_other_bytes_is_an_altered_copy(code: str) -> None:
    failure = answer_failure("file", "server", ClientError({"Error": {"Code": code}}, "PutObject"))
    assert isinstance(failure, CopyAltered)


@pytest.mark.real
def test_parts_are_sent_together_and_stand_in_their_order(store: S3Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first part is held back until another one has arrived."""
    sent, others = store._client.upload_part, threading.Event()

    def upload_part(**given: Any) -> Any:
        if given["PartNumber"] == 1:
            assert others.wait(30)
        answer = sent(**given)
        if given["PartNumber"] > 1:
            others.set()
        return answer

    monkeypatch.setattr(store._client, "upload_part", upload_part)
    content = os.urandom(20_000_000)
    with store.write("big") as file:
        file.write(content)
    with store.read("big") as file:
        assert file.read() == content


@pytest.mark.real
def test_a_part_that_is_refused_leaves_nothing(
    store: S3Store, client: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sent = store._client.upload_part

    def upload_part(**given: Any) -> Any:
        if given["PartNumber"] == 2:
            raise ClientError({"Error": {"Code": "AccessDenied"}}, "UploadPart")
        return sent(**given)

    monkeypatch.setattr(store._client, "upload_part", upload_part)
    with pytest.raises(PathRefused), store.write("big") as file:
        file.write(bytes(48 << 20))
    assert store.stat("big") is None
    assert "Uploads" not in client.list_multipart_uploads(Bucket="bucket", Prefix=tmp_path.name)
