"""The parts of Nextcloud's dialect, on WsgiDAV taught to speak them (tests/real/wsgidav_server.py)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from skyflytt.errors.files import PathRefused, TargetFull
from skyflytt.files.copy import content_digest, copy_file
from skyflytt.files.memory import MemoryStore
from skyflytt.files.webdav import WebdavStore, open_webdav
from skyflytt.project.servers import WebdavServer
from tests.contract.file_places import make_certificates
from tests.real.processes import free_port, running_module
from tests.real.wsgidav_server import QUOTA_BYTES, USER

pytestmark = pytest.mark.real
WHEN = datetime(2021, 2, 3, 4, 5, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[WebdavServer, Path]]:
    base, port = tmp_path_factory.mktemp("nextcloud"), free_port()
    certificates, content = make_certificates(base), base / "content"
    content.mkdir()
    arguments = (str(port), str(certificates.both), str(content), "hemligt", "nextcloud")
    with running_module("tests.real.wsgidav_server", *arguments, port=port, log=base / "log"):
        yield WebdavServer(kind="webdav", host="127.0.0.1", port=port, user=USER, ca_file=certificates.ca), content


@pytest.fixture
def store(server: tuple[WebdavServer, Path]) -> Iterator[WebdavStore]:
    with open_webdav(server[0], "hemligt") as opened:
        yield opened


def test_it_is_recognised(store: WebdavStore) -> None:
    can = store.capabilities
    assert (can.resumable_writes, can.digest, can.mtime_step_seconds) == (False, True, 1.0)


def test_how_much_room_is_left(store: WebdavStore) -> None:
    assert store.free_bytes() == QUOTA_BYTES


def test_times_are_kept(store: WebdavStore, server: tuple[WebdavServer, Path]) -> None:
    with store.write("times/.partial") as file:
        file.write(b"x")
    store.rename("times/.partial", "times/å", WHEN)
    assert (server[1] / "times/å").stat().st_mtime == WHEN.timestamp()
    found = store.stat("times/å")
    assert found is not None
    assert found.modified == WHEN


def test_the_server_digests_what_was_written_here(store: WebdavStore, server: tuple[WebdavServer, Path]) -> None:
    content = os.urandom(100_000)
    with store.write("digest/.partial") as file:
        file.write(content)
    store.rename("digest/.partial", "digest/å")
    assert store.digest("digest/å") == hashlib.sha256(content).hexdigest()
    (server[1] / "digest/å").write_bytes(b"altered behind our back")
    assert content_digest(store, "digest/å") == hashlib.sha256(b"altered behind our back").hexdigest()


def test_a_source_is_not_made_to_keep_a_digest(store: WebdavStore, server: tuple[WebdavServer, Path]) -> None:
    (server[1] / "theirs").write_bytes(b"theirs")
    assert store.digest("theirs") is None
    assert content_digest(store, "theirs") == hashlib.sha256(b"theirs").hexdigest()


def test_a_quota_that_the_server_calls_forbidden(store: WebdavStore) -> None:
    with pytest.raises(TargetFull), store.write("big") as file:
        file.write(bytes(QUOTA_BYTES + 1))
    with store.write("small") as file:
        file.write(b"x")


def test_times_are_left_alone_when_told_so(server: tuple[WebdavServer, Path]) -> None:
    changed = server[0].model_copy(update={"times": "none"})
    with open_webdav(changed, "hemligt") as store:
        with store.write("untimed") as file:
            file.write(b"x")
        store.rename("untimed", "now", WHEN)
        found = store.stat("now")
        assert found is not None
        assert found.modified > WHEN


def test_copies_under_way_have_a_name_that_it_takes(store: WebdavStore, server: tuple[WebdavServer, Path]) -> None:
    source = MemoryStore()
    with source.write("fil.txt") as file:
        file.write(b"x" * 1000)
    entry = source.stat("fil.txt")
    assert entry is not None
    copy_file(source, store, entry, "kopior/fil.txt")
    assert (server[1] / "kopior" / "fil.txt").read_bytes() == b"x" * 1000
    with pytest.raises(PathRefused), store.write("kopior/fil.part") as file:
        file.write(b"x")
