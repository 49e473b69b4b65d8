"""Who fetched what, when, and whether it is whole."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.drop.access_log import AccessLog, entries, fetched

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)


@pytest.fixture
def log(tmp_path: Path) -> AccessLog:
    return AccessLog(tmp_path / "access.jsonl", MovableClock(NOON))


def download(
    log: AccessLog, *, offset: int = 0, sent: int = 100, size: int = 100, account: str = "norrsken", **more: Any
) -> None:
    facts = {"path": "/a å.txt", "size": size, "modified": 1, "completed": offset + sent == size, **more}
    log.write("retrieved", account, "192.0.2.7", offset=offset, bytes=sent, **facts)


def wholes(log: AccessLog) -> list[bool]:
    return [fetch.whole for fetch in fetched(log.path, "norrsken")]


def test_a_whole_file(log: AccessLog) -> None:
    download(log)
    download(log, account="annan")
    (fetch,) = fetched(log.path, "norrsken")
    assert (fetch.at, fetch.path, fetch.bytes, fetch.whole, fetch.address) == (NOON, "a å.txt", 100, True, "192.0.2.7")


def test_no_log_is_nothing_fetched(tmp_path: Path) -> None:
    assert list(fetched(tmp_path / "access.jsonl", "norrsken")) == []


def test_a_part_is_not_whole_until_it_was_gone_on_with(log: AccessLog) -> None:
    download(log, sent=60)
    download(log, offset=50, sent=50)
    assert wholes(log) == [False, True]


def test_segments_make_a_whole_in_any_order(log: AccessLog) -> None:
    for offset in (75, 0, 50, 25):
        download(log, offset=offset, sent=25)
    assert wholes(log) == [False, False, False, True]


def test_the_end_alone_is_not_the_file(log: AccessLog) -> None:
    download(log, offset=40, sent=60)
    assert wholes(log) == [False]


def test_a_part_after_a_whole_download_is_a_part(log: AccessLog) -> None:
    download(log)
    download(log, sent=60)
    assert wholes(log) == [True, False]


def test_parts_of_two_versions_make_no_whole(log: AccessLog) -> None:
    download(log, sent=60)
    download(log, offset=60, sent=40, modified=2)
    assert wholes(log) == [False, False]


def test_an_empty_file_is_whole(log: AccessLog) -> None:
    download(log, sent=0, size=0)
    assert wholes(log) == [True]


def test_text_mode_counts_only_in_one_piece(log: AccessLog) -> None:
    """Each line end became two bytes on the way, so bytes sent say nothing."""
    download(log, sent=104, completed=False, text=True)
    download(log, sent=104, completed=True, text=True)
    assert wholes(log) == [False, True]


def test_a_line_that_was_cut_off_costs_only_itself(log: AccessLog) -> None:
    download(log)
    with log.path.open("ab") as file:
        file.write(b'{"at": "2026-10-')
    after = AccessLog(log.path, MovableClock(NOON))
    download(after)
    assert wholes(after) == [True, True]
    assert len(list(entries(log.path))) == 2
