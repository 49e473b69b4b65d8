"""Pictures as SVG that the page holds itself: they stretch to its width, so no text stands in them but what a reader speaks.

Colours are classes of the page's style, for light and dark. Each picture says in words what it shows (`title`, `desc`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

WIDTH = 1000
GAUGE_HEIGHT, BARS_HEIGHT, TRACK_HEIGHT = 12, 120, 24
WIDEST_COLUMN = 60
LEAST = 6
"""What is not nothing is seen, however little it is."""


@dataclass(frozen=True, slots=True)
class Caption:
    """What a picture is called, by an `identity` that no other on the page has, and what it shows."""

    identity: str
    title: str
    desc: str


class Box(NamedTuple):
    """Of the picture's own units."""

    x: float
    y: float
    width: float
    height: float


def gauge(caption: Caption, parts: Sequence[tuple[str, int]]) -> Markup:
    """One bar in parts: (class, amount) from left to right."""
    drawn: list[Markup] = []
    begins = 0.0
    for name, width in _widths(parts):
        drawn.append(_rect(name, Box(begins, 0, width, GAUGE_HEIGHT)))
        begins += width
    return _svg("gauge", caption, GAUGE_HEIGHT, drawn)


def bars(caption: Caption, values: Sequence[tuple[int, str]], name: str) -> Markup:
    """A column for each value, with its words; the highest fills the picture."""
    most = max((value for value, _ in values), default=0) or 1
    step = WIDTH / max(len(values), 1)
    width = min(step * 0.8, WIDEST_COLUMN)
    drawn = [_line("grid", 0, at * BARS_HEIGHT / 4, WIDTH, at * BARS_HEIGHT / 4) for at in range(4)]
    for place, (value, words) in enumerate(values):
        height = max(value * (BARS_HEIGHT - 4) / most, 1.5) if value else 0
        drawn.append(
            _rect(name, Box(place * step + (step - width) / 2, BARS_HEIGHT - height, width, height), words)
            if value
            else Markup()
        )
    drawn.append(_line("axis", 0, BARS_HEIGHT, WIDTH, BARS_HEIGHT))
    return _svg("bars", caption, BARS_HEIGHT, drawn)


def track(caption: Caption, places: Sequence[tuple[float, str]], now: float) -> Markup:
    """A line of time from 0 to 1 with a mark at each place; what is behind `now` is filled."""
    middle = TRACK_HEIGHT / 2
    reached = min(max(now, 0.0), 1.0) * WIDTH
    drawn = [_rect("open", Box(0, middle - 2, WIDTH, 4)), _rect("behind", Box(0, middle - 2, reached, 4))]
    for at, words in places:
        passed = "mark behind" if at <= now else "mark"
        drawn.append(_rect(passed, Box(min(max(at * WIDTH - 3, 0), WIDTH - 6), 3, 6, TRACK_HEIGHT - 6), words))
    drawn.append(_rect("now", Box(min(max(reached - 2, 0), WIDTH - 4), 0, 4, TRACK_HEIGHT), "now"))
    return _svg("track", caption, TRACK_HEIGHT, drawn)


def _widths(parts: Sequence[tuple[str, int]]) -> list[tuple[str, float]]:
    some = [(name, amount) for name, amount in parts if amount > 0]
    whole = sum(amount for _, amount in some)
    if not whole:
        return []
    raw = [max(amount / whole * WIDTH, LEAST) for _, amount in some]
    return [(name, width * WIDTH / sum(raw)) for (name, _), width in zip(some, raw, strict=True)]


def _svg(name: str, caption: Caption, height: int, drawn: Sequence[Markup]) -> Markup:
    head = Markup(
        '<svg class="{name}" viewBox="0 0 {width} {height}" preserveAspectRatio="none" role="img" '
        'aria-labelledby="{identity}-t {identity}-d"><title id="{identity}-t">{title}</title><desc id="{identity}-d">{desc}</desc>'
    )
    said = {"identity": caption.identity, "title": caption.title, "desc": caption.desc}
    return head.format(name=name, width=WIDTH, height=height, **said) + Markup().join(drawn) + Markup("</svg>")


def _rect(name: str, box: Box, words: str = "") -> Markup:
    inner = Markup("<title>{}</title>").format(words) if words else Markup()
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}">{}</rect>').format(
        name, *(f"{one:.2f}".rstrip("0").rstrip(".") for one in box), inner
    )


def _line(name: str, x1: float, y1: float, x2: float, y2: float) -> Markup:
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"></line>').format(
        name, *(f"{one:g}" for one in (x1, y1, x2, y2))
    )
