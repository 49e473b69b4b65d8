"""The progress picture: a PNG that is the same each time, and rises as far as was moved."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image, ImageColor

from skyflytt.notice.chart import FILL, HEIGHT, WIDTH, Progress, progress_png

BEGINS, ENDS = datetime(2026, 8, 8, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)


def filled(points: list[Progress]) -> int:
    picture = Image.open(io.BytesIO(progress_png(points, BEGINS, ENDS, UTC)))
    assert (picture.format, picture.size) == ("PNG", (WIDTH, HEIGHT))
    return sum(pixel == ImageColor.getrgb(FILL) for pixel in picture.get_flattened_data())


def half_way(moved: int) -> list[Progress]:
    return [Progress(BEGINS + timedelta(days=7), moved, 100), Progress(BEGINS + timedelta(days=40), moved, 100)]


def test_more_moved_is_more_filled() -> None:
    assert [filled([]), filled(half_way(0))] == [0, 0]
    assert 0 < filled(half_way(30)) < filled(half_way(60)) < filled(half_way(100))


def test_the_same_points_give_the_same_bytes() -> None:
    assert progress_png(half_way(50), BEGINS, ENDS, UTC) == progress_png(half_way(50), BEGINS, ENDS, UTC)


@pytest.mark.parametrize(
    "points", [[Progress(BEGINS - timedelta(days=9), 1, 1)], [Progress(ENDS + timedelta(days=9), 0, 0)], half_way(500)]
)
def test_points_outside_of_the_picture_do_no_harm(points: list[Progress]) -> None:
    filled(points)


def test_a_period_of_no_length_is_drawn() -> None:
    assert progress_png(half_way(50), BEGINS, BEGINS, UTC)[:4] == b"\x89PNG"
