"""The report as one HTML page that asks for nothing outside itself: its policy allows its own style, and no script at all."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from markupsafe import Markup

from skyflytt.concern.words import count, number
from skyflytt.report import drawing, figures
from skyflytt.report.deadlines import DeadlineLine
from skyflytt.report.drawing import Caption
from skyflytt.report.gauges import KINDS, MOVED_KINDS, NOT_STARTED, Gauge, together
from skyflytt.report.level import Level
from skyflytt.report.report import Report
from skyflytt.report.steps import DONE, FAILED, LATE, LEFT_OUT, READY, RUNNING, WAITING
from skyflytt.report.template import rendered
from skyflytt.report.throughput import Throughput
from skyflytt.report.verdict import Matter, level_of, matters, next_deadline, next_steps

STEP_MARKS = {DONE: "✓", RUNNING: "▸", FAILED: "✕", LATE: "!", READY: "•", WAITING: "", LEFT_OUT: "–"}


@dataclass(frozen=True, slots=True)
class Most:
    """How many of each the page shows; of the others it tells the number."""

    matters: int = 5
    coming: int = 3
    deadlines: int = 30
    gauges: int = 25
    codes: int = 15
    checks: int = 40
    subjects: int = 8
    examples: int = 3
    drops: int = 8
    approvals: int = 15


@dataclass(frozen=True, slots=True)
class Page:
    """The page, and what an index of projects says of it."""

    html: str
    summary: Mapping[str, str]


def page_of(report: Report) -> Page:
    """Render it. The same report gives the same page."""
    found = matters(report)
    level, headline = level_of(found), headline_of(found)
    deadline = next_deadline(report.deadlines)
    arriving = [one for one in report.gauges if one.kind in MOVED_KINDS]
    whole = together(arriving)
    values = {
        "r": report,
        "level": level.value,
        "headline": headline,
        "matters": found,
        "deadline": deadline,
        "coming": next_steps(report.steps),
        "all": whole,
        "far": _far(arriving, whole),
        "not_begun": sum(one.pass_state == NOT_STARTED for one in arriving),
        "arriving_count": len(arriving),
        "steps_gauge": _steps_gauge(report),
        "arriving": _by_kind(arriving),
        "beside": _by_kind([one for one in report.gauges if one.kind not in MOVED_KINDS]),
        "reasons": _reasons(arriving),
        "track": _track(report, deadline),
        "charts": _charts(report.throughput, report.zone),
        "marks": STEP_MARKS,
        "most": Most(),
        "gauge": _gauge,
        "together": together,
    }
    html = rendered("report.html.j2", values)
    return Page(html, _summary(report, level, headline, deadline, _far(arriving, whole)))


def headline_of(found: Sequence[Matter]) -> str:
    """`2 things are wrong, 3 more need attention`, `1 thing needs attention`, `Nothing is wrong`."""
    wrong = sum(one.level is Level.WRONG for one in found)
    calm = len(found) - wrong
    need = "needs" if calm == 1 else "need"
    if not wrong:
        return f"{count(calm, 'thing')} {need} attention" if calm else "Nothing is wrong"
    said = f"{count(wrong, 'thing')} {'is' if wrong == 1 else 'are'} wrong"
    return f"{said}, {calm} more {need} attention" if calm else said


def _gauge(identity: str, title: str, of: Gauge) -> Markup:
    if of.pass_state == NOT_STARTED and not of.source:
        desc = "Nothing is known yet."
    else:
        desc = (
            f"{number(of.moved)} moved, {number(of.left_out)} left out, {number(of.failed)} failed, {number(of.open)} open, "
            f"of {number(of.source)} at the source."
        )
    parts = (("moved", of.moved), ("left", of.left_out), ("failed", of.failed), ("open", of.open))
    return drawing.gauge(Caption(f"g-{identity}", figures.plain(title), desc), parts)


def _far(arriving: Sequence[Gauge], whole: Gauge) -> str:
    """`94 %`; `so far` while something was not even counted, since all of what is known is not all of it."""
    if not whole.source:
        return "Nothing yet"
    counted = all(one.pass_state != NOT_STARTED for one in arriving)
    share = figures.percent(whole.moved, whole.source - whole.left_out)
    return share if counted else f"{share} so far"


def _steps_gauge(report: Report) -> Markup:
    done, wanted = report.steps.done, report.steps.wanted
    parts = (("moved", done), ("open", wanted - done))
    return drawing.gauge(Caption("g-steps", "Steps of the playbook", f"{done} of {wanted} are done."), parts)


def _by_kind(of: Sequence[Gauge]) -> list[tuple[str, list[Gauge]]]:
    kinds = dict.fromkeys(one.kind for one in of)
    return [(KINDS.get(kind, kind), [one for one in of if one.kind == kind]) for kind in kinds]


def _reasons(of: Sequence[Gauge]) -> list[tuple[str, int]]:
    found = Counter[str]()
    for one in of:
        found.update(dict(one.reasons))
    return found.most_common()


def _track(report: Report, deadline: DeadlineLine | None) -> Markup:
    """From the first deadline to the last, or to now where that is later."""
    if not report.deadlines:
        return Markup()
    begins = min(report.deadlines[0].at, report.at)
    ends = max(report.deadlines[-1].at, report.at)
    span = (ends - begins).total_seconds() or 1.0
    places = [
        ((one.at - begins).total_seconds() / span, figures.plain(f"{figures.named(one.name)}: {one.shown} {one.zone}"))
        for one in report.deadlines
    ]
    ahead = f"next is {figures.named(deadline.name)}, {deadline.shown}" if deadline else "all of them are over"
    desc = f"{count(len(places), 'deadline')} on a line of time; {ahead}."
    now = (report.at - begins).total_seconds() / span
    return drawing.track(Caption("track", "Deadlines", figures.plain(desc)), places, now)


def _charts(of: Throughput | None, zone: ZoneInfo) -> list[tuple[str, Markup, str]]:
    if of is None:
        return []
    items = [(bar.items, f"{figures.local(bar.begins, zone)}: {count(bar.items, 'item')}") for bar in of.bars]
    sizes = [(bar.size_bytes, f"{figures.local(bar.begins, zone)}: {figures.size(bar.size_bytes)}") for bar in of.bars]
    busiest, biggest = max(value for value, _ in items), max(value for value, _ in sizes)
    charts = [(f"Items per {of.unit}", "items", items, number(busiest), "moved")]
    charts.append((f"Bytes per {of.unit}", "bytes", sizes, figures.size(biggest), "bytes"))
    return [
        (
            title,
            drawing.bars(Caption(f"c-{name}", title, f"{len(of.bars)} columns, the highest {most}."), values, style),
            most,
        )
        for title, name, values, most, style in charts
    ]


def _summary(report: Report, level: Level, headline: str, deadline: DeadlineLine | None, far: str) -> Mapping[str, str]:
    zone = report.zone
    if report.steps.wanted:
        far += f", {report.steps.done} of {report.steps.wanted} steps"
    rehearsal = "" if report.clock == "system" else f" (a rehearsal, by a {report.clock} clock)"
    return {
        "project": report.project,
        "customer": report.customer,
        "level": level.value,
        "headline": headline,
        "next": f"{figures.named(deadline.name)}, {deadline.shown} {deadline.zone}" if deadline else "",
        "far": far,
        "at": f"{figures.local(report.at, zone)} {zone.key}{rehearsal}",
    }


def summary_text(page: Page) -> str:
    return json.dumps(dict(page.summary), ensure_ascii=False, indent=2) + "\n"
