from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from skyflytt.files.port import EntryKind
from skyflytt.files.smb.attributes import from_time, kind_of, to_time
from skyflytt.files.smb.listing import HEAD, read_listing

FILE, FOLDER, LINK = 0x20, 0x10, 0x400


@pytest.mark.parametrize(
    ("attributes", "tag", "kind"),
    [
        (FILE, 0, EntryKind.FILE),
        (FOLDER, 0, EntryKind.FOLDER),
        (FILE | LINK, 0xA000_000C, EntryKind.SYMLINK),
        (FOLDER | LINK, 0xA000_000C, EntryKind.SYMLINK),
        (FOLDER | LINK, 0xA000_0003, EntryKind.SYMLINK),
        (FOLDER | LINK, 0x8000_000A, EntryKind.SYMLINK),
        (FILE | LINK, 0x8000_0013, EntryKind.FILE),
        (FOLDER | LINK, 0x9000_001A, EntryKind.FOLDER),
        (FILE | LINK, 0x8000_0024, EntryKind.OTHER),
        (FILE | 0x40, 0, EntryKind.OTHER),
    ],
    ids=["file", "folder", "file-link", "folder-link", "junction", "dfs", "deduplicated", "cloud", "pipe", "device"],
)
def test_only_what_stands_for_another_name_is_a_link(attributes: int, tag: int, kind: EntryKind) -> None:
    assert kind_of(attributes, tag) is kind


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1601, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 2, 3, 4, 5, 6, 789_012, tzinfo=UTC),
        datetime(9999, 12, 31, tzinfo=UTC),
    ],
)
def test_times_there_and_back(moment: datetime) -> None:
    assert to_time(from_time(moment)) == moment


def test_times_beyond_what_can_be_held() -> None:
    assert to_time(0) == to_time(-5) == datetime(1601, 1, 1, tzinfo=UTC)
    assert to_time(2**63 - 1).year == 9999
    assert to_time(from_time(datetime(2026, 1, 1, tzinfo=UTC)) + 9) - datetime(2026, 1, 1, tzinfo=UTC) == timedelta(0)


def test_a_listing_with_half_a_pair_and_one_that_is_cut() -> None:
    names = [b".\0", b".\0.\0", "å😀".encode("utf-16-le"), b"\x00\xd8x\0"]
    data = b""
    for name in names:
        size = HEAD.size + len(name)
        following = 0 if name is names[-1] else size + -size % 8
        data += HEAD.pack(following, 0, 0, 0, 0, 0, 7, 8, FILE, len(name), 0) + name + b"\0" * (-size % 8)
    assert [listed.name for listed in read_listing(data)] == ["å😀", "\ud800x"]
    assert [listed.name for listed in read_listing(data[: -HEAD.size])] == ["å😀"]
