"""What Ceph's S3 service refuses and moto does not: a quota, a key that may only read, a clock that is wrong, a key with no right to look."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import boto3
import botocore.auth
import pytest
from botocore.config import Config
from botocore.httpsession import URLLib3Session

from skyflytt.errors.connection import ClockSkewed
from skyflytt.errors.files import CopyAltered, PathRefused, TargetFull
from skyflytt.files.each import Content, Rename, put_each, rename_each, write_each
from skyflytt.files.s3 import open_s3
from skyflytt.files.unfinished import give_up_unfinished
from skyflytt.project.servers import S3Server
from tests.contract.file_places import make_certificates
from tests.files.wholes import WHEN, exchange, whole
from tests.real.ceph_rgw import CephRgw, running_rgw

pytestmark = [pytest.mark.real, pytest.mark.heavy]
USERS = ("tests", "quota", "reader")


@pytest.fixture(scope="module")
def rgw(tmp_path_factory: pytest.TempPathFactory, require_debian: Callable[..., str]) -> Iterator[CephRgw]:
    folder = tmp_path_factory.mktemp("rgw")
    certificates = make_certificates(folder)
    with running_rgw(require_debian, folder / "ceph", certificates.certificate, certificates.key) as server:
        for user in USERS[1:]:
            keys = ("--access-key", user, "--secret-key", f"{user}-secret")
            server.admin("user", "create", f"--uid={user}", f"--display-name={user}", *keys)
        yield server


def bucket(rgw: CephRgw, name: str, key: str | None = None) -> S3Server:
    return S3Server(
        kind="s3",
        endpoint_url=rgw.endpoint_url,
        bucket=name,
        region="default",
        prefix="p/",
        access_key_id=key or rgw.access_key_id,
        ca_file=rgw.folder.parent / "ca.pem",
    )


def client(rgw: CephRgw, key: str, secret: str) -> Any:
    keys = {"aws_access_key_id": key, "aws_secret_access_key": secret}
    path = Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required")
    ca = str(rgw.folder.parent / "ca.pem")
    return boto3.client("s3", endpoint_url=rgw.endpoint_url, region_name="default", verify=ca, config=path, **keys)  # type: ignore[call-overload]


def test_a_quota_is_a_full_target(rgw: CephRgw) -> None:
    client(rgw, "quota", "quota-secret").create_bucket(Bucket="small")
    rgw.admin("quota", "set", "--quota-scope=user", "--uid=quota", "--max-size=1M")
    rgw.admin("quota", "enable", "--quota-scope=user", "--uid=quota")
    with open_s3(bucket(rgw, "small", "quota"), "quota-secret") as store:
        with store.write("fits") as file:
            file.write(b"x" * 10_000)
        with pytest.raises(TargetFull), store.write("large") as file:
            file.write(os.urandom(2_000_000))
        with pytest.raises(TargetFull), store.write("larger") as file:
            file.write(os.urandom(20_000_000))
        with pytest.raises(TargetFull):
            write_each(store, [Content(f"{number}", os.urandom(400_000)) for number in range(6)])
        assert store.stat("large") is store.stat("larger") is None
        assert give_up_unfinished(store) == 0


def test_a_key_that_may_only_read(rgw: CephRgw) -> None:
    owner = client(rgw, rgw.access_key_id, rgw.secret)
    owner.create_bucket(Bucket="to-read")
    owner.put_object(Bucket="to-read", Key="p/there", Body=b"content")
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": ["arn:aws:iam:::user/reader"]},
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": ["arn:aws:s3:::to-read", "arn:aws:s3:::to-read/*"],
    }
    owner.put_bucket_policy(Bucket="to-read", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    with open_s3(bucket(rgw, "to-read", "reader"), "reader-secret") as store:
        assert [entry.path for entry in store.scan()] == ["there"]  # type: ignore[union-attr]
        with store.read("there") as file:
            assert file.read() == b"content"
        acts: list[Callable[[], Any]] = [
            lambda: store.rename("there", "elsewhere"),
            lambda: store.make_folder("folder"),
            lambda: store.remove("there"),
            lambda: _write(store, "new", 10),
            lambda: _write(store, "new", 9_000_000),
        ]
        for act in acts:
            with pytest.raises(PathRefused):
                act()
        assert [type(one) for one in rename_each(store, [Rename("there", "elsewhere")])] == [PathRefused]
        assert give_up_unfinished(store) == 0


def _write(store: Any, path: str, size: int) -> None:
    with store.write(path) as file:
        file.write(b"x" * size)


@pytest.mark.parametrize("apart", [timedelta(hours=-2), timedelta(hours=2)], ids=["behind", "ahead"])
def test_a_clock_that_is_wrong(rgw: CephRgw, apart: timedelta, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signatures hold for a quarter of an hour; it is this machine's clock that is told of, not the password."""
    owner = client(rgw, rgw.access_key_id, rgw.secret)
    owner.create_bucket(Bucket="clocks")
    now = botocore.auth.get_current_datetime

    def skewed(*given: Any, **named: Any) -> datetime:
        moment: datetime = now(*given, **named)
        return moment + apart

    with open_s3(bucket(rgw, "clocks"), rgw.secret) as store:
        monkeypatch.setattr(botocore.auth, "get_current_datetime", skewed)
        with pytest.raises(ClockSkewed):
            _write(store, "file", 10)
        with pytest.raises(ClockSkewed):
            list(store.scan())
    with pytest.raises(ClockSkewed, match="clocks differ"), open_s3(bucket(rgw, "clocks"), rgw.secret):
        pass


def test_what_arrives_in_another_shape_is_refused_and_never_seen(rgw: CephRgw, monkeypatch: pytest.MonkeyPatch) -> None:
    """So nothing has to be read back here: a file comes to its own name at once."""
    client(rgw, rgw.access_key_id, rgw.secret).create_bucket(Bucket="checked")
    carried, asked = URLLib3Session.send, []

    def send(session: URLLib3Session, request: Any) -> Any:
        asked.append(request.method)
        exchange(request, b"flips", b"flipt")
        return carried(session, request)

    monkeypatch.setattr(URLLib3Session, "send", send)
    with open_s3(bucket(rgw, "checked"), rgw.secret) as store:
        files = [whole("a å+%", b"stays"), whole("b", b"flips"), whole("c", b"stays")]
        assert [type(answer) for answer in put_each(store, files)] == [type(None), CopyAltered, type(None)]
        assert store.capabilities.checks_writes
        assert [entry.key for entry in store.scan()] == ["a å+%", "c"]
        there = store.stat("a å+%")
        assert there is not None
        assert there.modified == WHEN
        asked.clear()
        assert put_each(store, [whole(f"{number}", b"x") for number in range(10)]) == [None] * 10
        assert asked == ["PUT"] * 10
        with pytest.raises(CopyAltered), store.write("big") as file:
            file.write(b"x" * 10_000_000 + b"flips" + b"x" * 10_000_000)
        assert store.stat("big") is None
