"""A share that is left in a bucket: what changed there is seen, and only that, whatever its times say."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from skyflytt.files.compare import Comparison
from skyflytt.files.memory import MemoryStore
from skyflytt.files.port import FileStore
from skyflytt.files.s3 import S3Store
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import Mode
from skyflytt.ledger.workloads import ensure_workload
from tests.contract.file_places import Place, moto, rgw
from tests.faults.ledgers import PROJECT, copy_ledger, quick_folder
from tests.files.engine.shares import MORNING, Odd, Share, content, put

pytestmark = pytest.mark.real
PLACES = (moto, pytest.param(rgw, marks=pytest.mark.heavy, id="rgw"))


@pytest.fixture(scope="module", params=PLACES, ids=lambda place: place.__name__)
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, require_debian: Callable[..., str]
) -> Iterator[Place]:
    with request.param(tmp_path_factory.mktemp("bucket"), require_debian) as opened:
        yield opened


@pytest.fixture
def bucket(place: Place) -> Iterator[FileStore]:
    """With three objects that say when they were changed, and one that was put there by a tool that does not."""
    with place.open(place.new_root()) as store:
        put(store, "Avtal/a.txt", b"aaaa")
        put(store, "Avtal/stor.bin", os.urandom(2 << 20), 1)
        put(store, "b.txt", b"bbbb", 2)
        plain(store, "utan tid.txt", b"cccc")
        yield store


@pytest.fixture
def ledger(template: Path) -> Iterator[Ledger]:
    with quick_folder() as folder:
        opened = copy_ledger(template, folder / "ledger.sqlite")
        yield opened
        opened.engine.dispose()


@pytest.fixture
def share(bucket: FileStore, ledger: Ledger) -> Share:
    share = Share(ledger, ensure_workload(ledger, PROJECT, "share", "gemensam"), bucket, MemoryStore())
    assert share.run().moved_now == 5
    return share


def plain(store: FileStore, path: str, content: bytes) -> None:
    with store.write(path) as stream:
        stream.write(content)


def client(share: Share) -> tuple[Any, dict[str, str]]:
    store = share.source
    assert isinstance(store, S3Store)
    return store._client, {"Bucket": store._bucket, "Key": f"{store._prefix}b.txt"}


def times(store: FileStore) -> dict[str, datetime]:
    found = (store.stat(path) for path in ("Avtal/a.txt", "Avtal/stor.bin", "b.txt"))
    return {entry.path: entry.modified for entry in found if entry is not None}


def test_nothing_is_done_twice_and_times_are_those_of_the_files(share: Share) -> None:
    assert times(share.target) == times(share.source)
    assert times(share.target)["b.txt"] == MORNING + timedelta(hours=2)
    assert share.run().moved_now == 0
    for quick in (True, False):
        assert not list(Comparison(share.source, share.target, by_content=not quick).differences())


def test_the_same_size_again_within_a_second(share: Share) -> None:
    plain(share.source, "utan tid.txt", b"dddd")
    assert share.run().moved_now == 1
    assert content(share.target, "utan tid.txt") == b"dddd"
    assert share.run().moved_now == 0


@pytest.mark.parametrize("hour", [2, -20_000], ids=["as before", "long ago"])
def test_the_same_size_with_a_time_that_went_nowhere_or_back(share: Share, hour: int) -> None:
    put(share.source, "b.txt", b"BBBB", hour)
    assert share.run().moved_now == 1
    assert content(share.target, "b.txt") == b"BBBB"
    assert times(share.target) == times(share.source)
    assert share.run().moved_now == 0


@pytest.mark.heavy
def test_a_new_time_alone_arrives(share: Share) -> None:
    time.sleep(1)  # moto's listings have whole seconds, and a listing tells nothing else of it
    share.source.rename("b.txt", "b.txt", MORNING - timedelta(days=9))
    share.run()
    assert times(share.target) == times(share.source)
    assert share.run().moved_now == 0


def test_an_older_version_that_is_the_current_one_again(share: Share) -> None:
    """Its time of upload is older than that of what was copied."""
    s3, where = client(share)
    s3.put_bucket_versioning(Bucket=where["Bucket"], VersioningConfiguration={"Status": "Enabled"})
    try:
        kept = s3.put_object(**where, Body=b"1111")["VersionId"]
        newest = s3.put_object(**where, Body=b"2222")["VersionId"]
        assert kept != newest
        assert share.run().moved_now == 1
        assert content(share.target, "b.txt") == b"2222"
        s3.delete_object(**where, VersionId=newest)
        assert share.run().moved_now == 1
        assert content(share.target, "b.txt") == b"1111"
    finally:
        s3.put_bucket_versioning(Bucket=where["Bucket"], VersioningConfiguration={"Status": "Suspended"})


def test_an_object_that_is_replaced_while_it_is_read(bucket: FileStore, ledger: Ledger) -> None:
    """By one of the same size that says the same time."""
    source = Odd(bucket)
    share = Share(ledger, ensure_workload(ledger, PROJECT, "share", "gemensam"), source, MemoryStore())
    newer = os.urandom(2 << 20)
    source.while_read["Avtal/stor.bin"] = lambda: put(bucket, "Avtal/stor.bin", newer, 1)
    account = share.run()
    assert (account.failed, account.moved) == (0, 5)
    assert content(share.target, "Avtal/stor.bin") == newer
    # The time that a listing has was not known when it was copied, so it is looked at once more.
    before = share.target.stat("Avtal/stor.bin")
    assert share.run().moved_now <= 1
    assert share.target.stat("Avtal/stor.bin") == before
    assert share.run().moved_now == 0


def test_after_the_cutover_a_change_is_told(share: Share) -> None:
    share.cut_over()
    put(share.source, "b.txt", b"BBBB", 2)
    account = share.run()
    assert (account.mode, account.skipped) == (Mode.APPEND, 1)
    assert content(share.target, "b.txt") == b"bbbb"


@pytest.mark.heavy
def test_times_before_1970_and_odd_ones(share: Share) -> None:
    s3, where = client(share)
    for number, (said, expected) in enumerate((("-86400.5", True), ("soon", False), ("9e99", False), ("nan", False))):
        s3.put_object(**where, Body=f"{number}".encode(), Metadata={"mtime": said})
        assert share.run().failed == 0
        found = share.target.stat("b.txt")
        assert found is not None
        assert (found.modified == datetime(1970, 1, 1, tzinfo=UTC) - timedelta(days=1, seconds=0.5)) is expected
        assert share.run().moved_now == 0
