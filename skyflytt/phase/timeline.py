"""Which workload ran when in a run: measured while it goes on, drawn as a picture at its end."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from time import monotonic

MOST_ROWS = 40
WIDTH, LEFT, RIGHT, TOP, ROW = 900, 260, 70, 34, 22
MARKS = 5
INK, FAINT, DONE, FAILED = "#1b2430", "#d5dbe1", "#1f6fb2", "#c0392b"
SHORTEST_BAR = 2.0
NAME_CHARACTERS = 36


@dataclass(frozen=True, slots=True)
class Span:
    """One step on one item, in seconds since the run began."""

    name: str
    began_s: float
    ended_s: float
    failed: bool = False


class Timeline:
    """Takes the spans of a run from all of its threads; other machines' may be added."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._began = now()
        self._lock = threading.Lock()
        self._spans: list[Span] = []

    @property
    def spans(self) -> list[Span]:
        """In the order in which they began."""
        with self._lock:
            return sorted(self._spans, key=lambda one: (one.began_s, one.name))

    def add(self, span: Span) -> None:
        with self._lock:
            self._spans.append(span)

    @contextmanager
    def span(self, name: str) -> Iterator[None]:
        """Whatever is done within; what it raises makes it a failed one."""
        began, failed = self._now() - self._began, True
        try:
            yield
            failed = False
        finally:
            self.add(Span(name, began, self._now() - self._began, failed))


def timeline_svg(spans: Sequence[Span]) -> str:
    """A bar for each span below a scale of minutes; the same spans give the same text. Of very many, the longest are shown."""
    longest = sorted(spans, key=lambda one: one.began_s - one.ended_s)[:MOST_ROWS]
    shown = sorted(longest, key=lambda one: (one.began_s, one.name))
    left = len(spans) - len(shown)
    ends = max([one.ended_s for one in spans], default=0.0) or 1.0
    height = TOP + ROW * (len(shown) + bool(left)) + 8
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        'font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{height}" rx="6" fill="white"/>',
        *_scale(ends, height),
        *(line for number, one in enumerate(shown) for line in _row(number, one, ends)),
    ]
    if left:
        lines.append(f'<text x="12" y="{height - 14}" fill="{INK}">and {left} shorter ones</text>')
    return "\n".join([*lines, "</svg>"])


def as_markdown(spans: Sequence[Span], said: str) -> str:
    """The picture within a text, since a UI shows a picture's own address beside it, and this one is its own address."""
    picture = base64.b64encode(timeline_svg(spans).encode()).decode()
    return f"![which workload ran when](data:image/svg+xml;base64,{picture})\n\n{said}\n"


def clock_text(seconds: float) -> str:
    """`1:02:05`, or `2:05` below an hour."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _scale(ends: float, height: int) -> Iterator[str]:
    for number in range(MARKS):
        at = ends * number / (MARKS - 1)
        x = _x(at, ends)
        yield f'<line x1="{x:.1f}" y1="{TOP - 6}" x2="{x:.1f}" y2="{height - 6}" stroke="{FAINT}"/>'
        yield f'<text x="{x:.1f}" y="{TOP - 14}" fill="{INK}" text-anchor="middle">{clock_text(at)}</text>'


def _row(number: int, one: Span, ends: float) -> Iterator[str]:
    y, x = TOP + ROW * number, _x(one.began_s, ends)
    wide = max(_x(one.ended_s, ends) - x, SHORTEST_BAR)
    name = one.name if len(one.name) <= NAME_CHARACTERS else f"{one.name[: NAME_CHARACTERS - 1]}…"
    yield f'<text x="12" y="{y + 14}" fill="{INK}">{escape(name)}</text>'
    colour = FAILED if one.failed else DONE
    yield (
        f'<rect x="{x:.1f}" y="{y + 3}" width="{wide:.1f}" height="{ROW - 8}" rx="2" fill="{colour}">'
        f"<title>{escape(one.name)}: {clock_text(one.began_s)} to {clock_text(one.ended_s)}"
        f"{', failed' if one.failed else ''}</title></rect>"
    )


def _x(seconds: float, ends: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * seconds / ends
