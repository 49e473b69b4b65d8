"""Bytes on their way up: fragments, broken lines, sessions that end, digests that differ, limits; and addresses that nobody may see."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ServerBusy
from skyflytt.errors.files import CopyAltered, FileChanging, FileTooLarge, TargetFull
from skyflytt.errors.sharepoint import UploadExpired
from skyflytt.files import copy
from skyflytt.files.copy import copy_file, partial_path
from skyflytt.files.memory import MemoryStore
from skyflytt.files.port import Entry
from skyflytt.files.sharepoint import SharepointStore, upload
from skyflytt.files.sharepoint import store as store_of
from skyflytt.files.sharepoint.upload import FRAGMENT_BYTES, STEP_BYTES
from skyflytt.sandbox.servers.graph import drive_state
from skyflytt.sandbox.servers.graph.drive_state import Drive
from skyflytt.sandbox.servers.graph.faults import Fault
from tests.files.sharepoint.conftest import Opener
from tests.graph.simulator import BEGIN, Simulator

FRAGMENT = 2 * STEP_BYTES
SIZE = 2 * FRAGMENT + 77_777
CONTENT = os.urandom(SIZE)
UP, DOWN = "PUT /transfer/up", "GET /transfer/down"


@pytest.fixture(autouse=True)
def short_fragments(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with real ones, and quicker."""
    monkeypatch.setattr(upload, "FRAGMENT_BYTES", FRAGMENT)
    monkeypatch.setattr(upload, "SMALL_BYTES", FRAGMENT)
    monkeypatch.setattr(store_of, "SMALL_BYTES", FRAGMENT)
    monkeypatch.setattr(copy, "RESUME_FROM_BYTES", FRAGMENT)


def content_of(drive: Drive, path: str) -> bytes:
    found = drive.at(drive.root, path)
    assert found is not None
    return found.content


def write(store: SharepointStore, path: str = "stor.bin", upto: int = SIZE, offset: int = 0) -> None:
    with store.write_sized(path, SIZE, offset) as file:
        file.write(CONTENT[offset:upto])
        if upto < SIZE:
            raise KeyboardInterrupt


@pytest.fixture
def cut_off(opened: Opener, kept: Path) -> Path:
    """An upload that was stopped after one fragment and a half, by a process that is no more."""
    with opened(uploads_file=kept) as store, pytest.raises(KeyboardInterrupt):
        write(store, upto=FRAGMENT + 1000)
    return kept


def test_fragments_fit() -> None:
    assert FRAGMENT_BYTES % STEP_BYTES == 0
    assert FRAGMENT_BYTES < 60 << 20


def test_a_big_file_goes_in_fragments(store: SharepointStore, drive: Drive) -> None:
    write(store)
    assert content_of(drive, "stor.bin") == CONTENT
    assert not drive.uploads


@pytest.mark.parametrize("fault", [
    Fault(request=UP, status=503, code="serviceNotAvailable", retry_after="3", skip=1),
    Fault(request=UP, status=429, code="activityLimitReached", retry_after="3", skip=1),
])  # fmt: skip
def test_a_busy_service_is_waited_for(graph: Simulator, store: SharepointStore, drive: Drive, fault: Fault) -> None:
    graph.faults(fault)
    write(store)
    assert graph.waits == [3]
    assert content_of(drive, "stor.bin") == CONTENT


def test_waiting_ends(graph: Simulator, store: SharepointStore) -> None:
    graph.faults(Fault(request=UP, retry_after="3600", times=9))
    with pytest.raises(ServerBusy) as told:
        write(store)
    assert told.value.retry_after_s == 3600


@pytest.mark.parametrize("skip", [0, 1, 2])
def test_a_word_that_is_lost_is_asked_for(graph: Simulator, store: SharepointStore, drive: Drive, skip: int) -> None:
    """The fragment has arrived, and the connection breaks: also at the last one, whose session is over then."""
    graph.faults(Fault(kind="lost", request=UP, skip=skip))
    write(store)
    assert content_of(drive, "stor.bin") == CONTENT


def test_a_fragment_that_the_service_stumbles_over(graph: Simulator, store: SharepointStore, drive: Drive) -> None:
    graph.faults(Fault(request=UP, status=500, code="generalException", skip=1))
    write(store)
    assert content_of(drive, "stor.bin") == CONTENT


def test_what_was_cut_off_goes_on_in_another_process(opened: Opener, cut_off: Path, drive: Drive) -> None:
    with opened(uploads_file=cut_off) as store:
        assert store.unfinished_bytes("stor.bin", SIZE) == FRAGMENT
        assert store.unfinished_bytes("stor.bin", SIZE + 1) == 0
    with opened(uploads_file=cut_off) as store:
        assert store.unfinished_bytes("stor.bin", SIZE) == 0, "another size is another file"


def test_it_goes_on_where_it_stopped(opened: Opener, cut_off: Path, drive: Drive) -> None:
    with opened(uploads_file=cut_off) as store:
        assert store.stat("stor.bin") is None
        write(store, offset=store.unfinished_bytes("stor.bin", SIZE))
        assert content_of(drive, "stor.bin") == CONTENT
        assert store.unfinished_bytes("stor.bin", SIZE) == 0


def test_the_service_may_have_a_fragment_more_than_is_kept(opened: Opener, cut_off: Path, drive: Drive) -> None:
    (session,) = drive.uploads.values()
    session.content += CONTENT[FRAGMENT : 2 * FRAGMENT]
    with opened(uploads_file=cut_off) as store:
        write(store, offset=store.unfinished_bytes("stor.bin", SIZE))
    assert content_of(drive, "stor.bin") == CONTENT


def test_a_session_that_expired_begins_anew(graph: Simulator, opened: Opener, cut_off: Path, drive: Drive) -> None:
    graph.clock.move_to(BEGIN + timedelta(hours=2))
    with opened(uploads_file=cut_off) as store:
        assert store.unfinished_bytes("stor.bin", SIZE) == 0
        with pytest.raises(UploadExpired):
            write(store, offset=FRAGMENT)
        write(store)
    assert content_of(drive, "stor.bin") == CONTENT


def test_a_session_that_expires_under_way_is_told_and_gathered_files_begin_anew(
    graph: Simulator, store: SharepointStore, drive: Drive
) -> None:
    expire = Fault(request=UP, status=404, code="itemNotFound", skip=1)
    graph.faults(expire)
    with pytest.raises(UploadExpired):
        write(store)
    graph.faults(expire)
    with store.write("samlad.bin") as file:
        file.write(CONTENT)
    assert content_of(drive, "samlad.bin") == CONTENT


def test_what_is_kept_is_encrypted(opened: Opener, cut_off: Path, drive: Drive) -> None:
    raw = cut_off.read_bytes()
    assert not {b"http", b"guid", b"stor.bin", next(iter(drive.uploads)).encode()} & {
        word for word in (b"http", b"guid", b"stor.bin", next(iter(drive.uploads)).encode()) if word in raw
    }
    assert cut_off.stat().st_mode & 0o777 == 0o600
    cut_off.write_bytes(raw[:-9] + b"xxxxxxxxx")
    with opened(uploads_file=cut_off) as store:
        assert store.unfinished_bytes("stor.bin", SIZE) == 0


def test_a_copy_goes_on_and_falls_back(graph: Simulator, opened: Opener, kept: Path, drive: Drive) -> None:
    """As a pass does it: the second copy resumes, and one whose session is gone begins anew."""
    source = MemoryStore()
    with source.write("ritning.bin") as file:
        file.write(CONTENT)
    entry = source.stat("ritning.bin")
    assert isinstance(entry, Entry)
    graph.faults(Fault(request=UP, status=503, retry_after="3600", skip=1, times=9))
    with opened(uploads_file=kept) as store, pytest.raises(ServerBusy):
        copy_file(source, store, entry, "ritning.bin")
    graph.faults()
    graph.site.asked.clear()
    with opened(uploads_file=kept) as store:
        copied = copy_file(source, store, entry, "ritning.bin")
        assert store.unfinished_bytes(partial_path("ritning.bin", entry), SIZE) == 0
    assert copied.size_bytes == SIZE
    assert content_of(drive, "ritning.bin") == CONTENT
    assert not [asked for asked in graph.site.asked if "createUploadSession" in asked], "it went on"


def test_upload_addresses_are_told_to_nobody(
    graph: Simulator, opened: Opener, kept: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    with opened(uploads_file=kept) as store:
        for fault in (
            Fault(request=UP, status=403, code="accessDenied", message="no"),
            Fault(request=UP, status=404, skip=1),
            Fault(request=UP, retry_after="3600", times=9),
        ):
            graph.faults(fault)
            with pytest.raises(Failure) as raised:
                write(store)
            told += [str(raised.value), repr(raised.value.args), repr(store._sessions.get("stor.bin"))]
        graph.faults()
        write(store)
        with store.read("stor.bin") as file:
            file.read()
    said = " ".join(told) + caplog.text
    assert "HTTP Request: PUT https://localhost" in caplog.text, "httpx logs addresses"
    assert "tempauth=…" in caplog.text
    assert "tempauth=v1" not in said
    assert not [drive.start.id for drive in graph.state.drives.values() if f"tempauth={drive.start.id}" in said]


def test_another_digest_is_another_file(store: SharepointStore, monkeypatch: pytest.MonkeyPatch, drive: Drive) -> None:
    monkeypatch.setattr(drive_state, "quick_xor", lambda _content: "AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    with pytest.raises(CopyAltered, match="quickXorHash"), store.write("fil") as file:
        file.write(b"content")


@pytest.mark.parametrize("lag", [1, 2, 99])
def test_a_digest_that_comes_late_is_waited_for_or_made_up_for(
    graph: Simulator, opened: Opener, ruled: Callable[..., Drive], lag: int
) -> None:
    """After a few looks the bytes travel back."""
    drive = ruled(hash_lag=lag)
    with opened() as store, store.write("fil") as file:
        file.write(b"content")
    assert content_of(drive, "fil") == b"content"
    assert len(graph.waits) == min(lag, 3)


def test_250_gb_are_the_most(store: SharepointStore, graph: Simulator) -> None:
    graph.site.asked.clear()
    with pytest.raises(FileTooLarge, match="251000000000"), store.write_sized("stor.vhdx", 251 * 1000**3):
        pass
    assert not graph.site.asked


def test_the_services_own_limit_and_quota(opened: Opener, ruled: Callable[..., Drive]) -> None:
    ruled(largest_bytes=1 << 20)
    with opened() as store, pytest.raises(FileTooLarge):
        write(store)
    ruled({"total_bytes": 1 << 20})
    with opened() as store:
        with pytest.raises(TargetFull):
            write(store)
        with pytest.raises(TargetFull), store.write("fil") as file:
            file.write(bytes(2 << 20))
        assert list(store.scan()) == [] or store.stat("stor.bin") is None


def test_more_and_less_than_was_announced(store: SharepointStore) -> None:
    for size in (SIZE - 1, SIZE + 1):
        with pytest.raises(FileChanging, match="announced"), store.write_sized("fil", SIZE) as file:
            file.write(bytes(size))
    assert store.stat("fil") is None


def test_a_download_that_is_busy_or_gone(graph: Simulator, store: SharepointStore) -> None:
    with store.write("fil") as file:
        file.write(b"content")
    graph.faults(Fault(request=DOWN, status=429, retry_after="4"))
    with store.read("fil") as file:
        assert file.read() == b"content"
    assert graph.waits == [4]
