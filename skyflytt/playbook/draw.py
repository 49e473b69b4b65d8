"""The plan as text for a terminal, and as an SVG timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from skyflytt.deadline.shown import shown
from skyflytt.deadline.terms import Deadline
from skyflytt.playbook.plan import Planned

WIDTH, LEFT, ROW, TOP = 1180, 400, 22, 74
COLOURS = {
    "agreement": "#5b6c8f", "preparation": "#7a8fb8", "discovery": "#4e9db5", "export": "#3f8f7d", "rehearsal": "#6aa84f",
    "training": "#8bb04a", "delta": "#c9a227", "cutover": "#d97b29", "drop": "#b5654a", "decommission": "#a23b3b",
    "aftercare": "#7d5a8c", "operation": "#555555",
}  # fmt: skip

HALO = 'stroke="#ffffff" stroke-width="3" paint-order="stroke"'


def as_text(plan: Sequence[Planned], deadlines: Mapping[str, Deadline], zone: ZoneInfo, language: str = "en") -> str:
    """One line for each step, in the order of their dates, with the deadlines between them; bars of 40 columns."""
    first, last = _range(plan, deadlines)
    ends = [(one.at, 0, _deadline_line(one, zone)) for one in deadlines.values()]
    lines = [(one.begins, 1, _line(one, first, last, zone, language)) for one in plan]
    return "\n".join(line for _, _, line in sorted([*ends, *lines], key=lambda found: found[:2]))


def _deadline_line(one: Deadline, zone: ZoneInfo) -> str:
    return f"{shown(one, zone)}  ── {one.name} ──"


def _line(one: Planned, first: datetime, last: datetime, zone: ZoneInfo, language: str) -> str:
    columns = 40
    start, end = (round(_share(at, first, last) * (columns - 1)) for at in (one.begins, one.ends))
    mark = "✓" if one.done else "?" if one.open_date else "■"
    bar = (" " * start + mark * (end - start + 1)).ljust(columns)
    late = f"  late from {one.late.astimezone(zone):%Y-%m-%d}" if one.late and not one.done else ""
    note = f"  ({one.open_date})" if one.open_date else ""
    title = f"{one.step.title.said(language)} [{one.step.id}, {one.step.owner}]"
    return f"{one.begins.astimezone(zone):%Y-%m-%d %H:%M}  {bar}  {title}{late}{note}"


def as_svg(
    plan: Sequence[Planned], deadlines: Mapping[str, Deadline], zone: ZoneInfo, *, title: str, language: str = "en"
) -> str:
    """A drawing of 1180 pixels' width: a bar for each step by phase, a line for each deadline."""
    first, last = _range(plan, deadlines)
    height = TOP + ROW * len(plan) + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'font-family="sans-serif" font-size="12" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="12" y="22" font-size="16" font-weight="bold">{escape(title)}</text>',
    ]
    for index, deadline in enumerate(sorted(deadlines.values(), key=lambda one: one.at)):
        parts += _deadline(deadline, index, height, zone, _x(deadline.at, first, last))
    for index, one in enumerate(plan):
        parts += _bar(one, TOP + ROW * index, zone, language, (_x(one.begins, first, last), _x(one.ends, first, last)))
    return "\n".join([*parts, "</svg>", ""])


def _deadline(one: Deadline, index: int, height: int, zone: ZoneInfo, x: float) -> list[str]:
    y = 40 + 13 * (index % 3)
    anchor = "end" if x > WIDTH - 200 else "start"
    return [
        f'<line x1="{x:.1f}" y1="{y}" x2="{x:.1f}" y2="{height - 12}" stroke="#a23b3b" stroke-dasharray="4 3"/>',
        f'<text x="{x + (-4 if anchor == "end" else 4):.1f}" y="{y}" font-size="10" fill="#a23b3b" {HALO} '
        f'text-anchor="{anchor}">{escape(one.name)} {shown(one, zone)}</text>',
    ]


def _bar(one: Planned, y: int, zone: ZoneInfo, language: str, x: tuple[float, float]) -> list[str]:
    colour, width = COLOURS[one.step.phase], max(6.0, x[1] - x[0])
    fill = f'fill="{colour}"' if not one.open_date else f'fill="none" stroke="{colour}" stroke-dasharray="3 2"'
    day = f"{one.begins.astimezone(zone):%Y-%m-%d}"
    title = escape(one.step.title.said(language))
    label = title if len(title) <= 52 else f"{title[:51]}…"
    hint = escape(f"{one.step.id}: {one.step.owner}, {day}{', ' + one.open_date if one.open_date else ''}")
    after = x[0] + width + 5
    anchor, at = ("end", x[0] - 5) if after > WIDTH - 150 else ("start", after)
    owner = escape(one.step.owner)
    return [
        f'<text x="12" y="{y + 14}">{"✓ " if one.done else ""}{label}</text>',
        f'<g><title>{hint}</title><rect x="{x[0]:.1f}" y="{y + 4}" width="{width:.1f}" height="13" rx="2" {fill}/></g>',
        f'<text x="{at:.1f}" y="{y + 14}" font-size="10" fill="#555555" {HALO} text-anchor="{anchor}">{day} · {owner}</text>',
    ]


def _range(plan: Sequence[Planned], deadlines: Mapping[str, Deadline]) -> tuple[datetime, datetime]:
    instants = [at for one in plan for at in (one.begins, one.ends)] + [one.at for one in deadlines.values()]
    first, last = min(instants), max(instants)
    return first, max(last, first + timedelta(days=1))


def _share(at: datetime, first: datetime, last: datetime) -> float:
    return (at - first) / (last - first)


def _x(at: datetime, first: datetime, last: datetime) -> float:
    return LEFT + _share(at, first, last) * (WIDTH - LEFT - 170)
