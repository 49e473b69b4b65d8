"""Map pages far into a file, without writing all of it: the file's zeros are left out."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyflytt.outlook.pst.integrity import crc
from skyflytt.outlook.pst.ndb.layout import SPAN, PageType, map_pages, reserved_pages
from skyflytt.outlook.pst.ndb.space import Space


class FirstPages(io.BytesIO):
    """Keeps the first 2 KiB of every span, and nothing of the rest."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[int, bytes] = {}
        self.at = 0

    def write(self, data: bytes | bytearray) -> int:  # type: ignore[override]
        self.kept[self.at] = bytes(data[:2048])
        self.at += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        assert whence == 0
        self.at = offset
        return offset


def _page(data: bytes, kind: int, offset: int) -> bool:
    trailer = bytes([kind, kind, 0, 0]) + crc(data[:496]).to_bytes(4, "little") + offset.to_bytes(8, "little")
    return data[496:512] == trailer


@pytest.fixture(scope="module")
def far() -> tuple[FirstPages, Space, set[int]]:
    """8,700 spans filled with blocks of 8 KiB, and the places of these blocks."""
    out = FirstPages()
    space, places = Space(out), set()
    while space.span.index < 8700:
        places.add(space.take(8192) + space.span.offset)
    space.complete()
    return out, space, places


def test_the_first_fpmap_is_at_2_gigabytes(far: tuple[FirstPages, Space, set[int]]) -> None:
    out, _, places = far
    offset = 0x4400 + 8192 * SPAN
    span = out.kept[offset]
    assert _page(span[:512], 0x84, offset)
    assert _page(span[512:1024], 0x83, offset + 512)
    assert _page(span[1024:1536], 0x85, offset + 1024)
    assert _page(span[1536:2048], 0x85, offset + 1536), "the copy where others look for it"
    assert span[:5].hex() == "ffffff00ff", "the copy is free"
    assert span[1024:1520] == b"\xff" * 496
    assert min(place for place in places if place > offset) == offset + 2048


def test_an_fmap_stands_every_496_spans(far: tuple[FirstPages, Space, set[int]]) -> None:
    out, _, places = far
    for index in (128, 624, 8560):
        offset = 0x4400 + index * SPAN
        assert index % 8 == 0
        page = out.kept[offset + 1024]
        assert _page(page, 0x82, offset + 1024)
        # 30 blocks of 8 KiB in each span; what is left is a run of 104 to 120 slots.
        assert set(page[: min(496, 8701 - index)]) <= {104, 112, 120, 248, 240, 255}
        assert out.kept[offset][:4].hex() == "ffffffff"
        assert min(place for place in places if place > offset) == offset + 1536
    assert PageType.FMAP not in map_pages(8192)


def test_cb_amap_free_is_the_sum_of_all_amaps(far: tuple[FirstPages, Space, set[int]]) -> None:
    out, space, _ = far
    amaps = [out.kept[0x4400 + index * SPAN][:496] for index in range(8701)]
    assert space.free_bytes == 64 * sum(3968 - int.from_bytes(amap, "big").bit_count() for amap in amaps)


def test_pages_that_nothing_else_can_use() -> None:
    """One by one, and by formula."""
    counted = 0
    for span in range(41_000):
        assert reserved_pages(span) == counted
        kinds = list(map_pages(span))
        counted += len(kinds) + (PageType.FPMAP in kinds)
    assert counted > 41_000 * 9 // 8


@given(st.integers(0, 120), st.integers(1, 3000))
def test_the_size_is_known_before_the_pages_are_written(blocks: int, pages: int) -> None:
    out = FirstPages()
    space = Space(out)
    for _ in range(blocks):
        space.take(4096 + 64)
    expected = space.size_with_pages(pages)
    for _ in range(pages):
        space.take(512, 512)
    assert space.size_bytes == expected


def test_a_page_behind_a_block_leaves_a_gap_that_is_free() -> None:
    out = FirstPages()
    space = Space(out)
    assert space.take(64) == 1024
    assert space.take(512, 512) == 1536
    space.complete()
    assert out.kept[0x4400][:5].hex() == "ffff80ff00"
    assert space.free_bytes == 64 * (3968 - 25)
