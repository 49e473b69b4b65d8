"""How far a move has come, week by week, as a picture that every mail program shows (PNG: few of them draw SVG)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 48, 16, 14, 34
INK, FAINT, FILL, LINE = "#1b2430", "#d5dbe1", "#cfe3f5", "#1f6fb2"
MARKS = 5


@dataclass(frozen=True, slots=True)
class Progress:
    """At `at`, `moved` of the `source` items that are to be moved were at the new home."""

    at: datetime
    moved: int
    source: int

    @property
    def share(self) -> float:
        """From 0 to 1; of nothing, all is moved."""
        return self.moved / self.source if self.source else 1.0


def progress_png(points: Sequence[Progress], begins: datetime, ends: datetime, zone: tzinfo) -> bytes:
    """The share that was moved from `begins` to `ends`, as PNG; the same points give the same bytes."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(13)
    for tenth in range(0, 101, 25):
        y = _y(tenth / 100)
        draw.line([(LEFT, y), (WIDTH - RIGHT, y)], fill=FAINT)
        draw.text((LEFT - 8, y), f"{tenth} %", fill=INK, font=font, anchor="rm")
    for number in range(MARKS):
        at = begins + (ends - begins) * number / (MARKS - 1)
        draw.text(
            (_x(at, begins, ends), HEIGHT - BOTTOM + 10),
            f"{at.astimezone(zone):%m-%d}",
            fill=INK,
            font=font,
            anchor="mt",
        )
    corners = _steps(points, begins, ends)
    if corners:
        draw.polygon([(corners[0][0], _y(0)), *corners, (corners[-1][0], _y(0))], fill=FILL)
        draw.line(corners, fill=LINE, width=3)
    written = io.BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()


def _steps(points: Sequence[Progress], begins: datetime, ends: datetime) -> list[tuple[float, float]]:
    """Between two passes nothing is moved: a line that stands, and rises at once."""
    corners, before = [], 0.0
    for point in points:
        x = _x(point.at, begins, ends)
        corners += [(x, _y(before)), (x, _y(point.share))]
        before = point.share
    return corners


def _x(at: datetime, begins: datetime, ends: datetime) -> float:
    share = (at - begins) / (ends - begins) if ends > begins else 1.0
    return LEFT + min(max(share, 0.0), 1.0) * (WIDTH - LEFT - RIGHT)


def _y(share: float) -> float:
    return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)
