"""What the first look at the page has to answer: is anything wrong, what comes next, how far is it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from skyflytt.concern.words import count
from skyflytt.report.deadlines import DeadlineLine
from skyflytt.report.figures import distance, local, named
from skyflytt.report.level import Level
from skyflytt.report.passes import INTERRUPTED
from skyflytt.report.report import Report
from skyflytt.report.steps import FAILED, LATE, READY, WAITING, StepLine, Steps

NEAR = timedelta(days=7)
MOST_LATE = 2


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that somebody should know at once; `part` is the page's section that tells more."""

    level: Level
    sentence: str
    part: str


def matters(of: Report) -> tuple[Matter, ...]:
    """Worst first."""
    of_now = [*_of_ledger(of), *_of_runs(of), *_of_items(of), *_of_drops(of), *_of_late_steps(of)]
    found = [*of_now, *_ahead(of), *_of_concerns(of)]
    return tuple(sorted(found, key=lambda one: list(Level).index(one.level)))


def level_of(found: Sequence[Matter]) -> Level:
    return found[0].level if found else Level.FINE


def next_deadline(of: Sequence[DeadlineLine]) -> DeadlineLine | None:
    """The first that is not over."""
    return next((one for one in of if not one.passed), None)


def next_steps(steps: Steps) -> tuple[StepLine, ...]:
    """Steps that somebody may do now, what failed or is late first; when there are none, the one that is due first."""
    weight = (FAILED, LATE, READY)
    if ready := [one for one in steps.lines if one.at_hand and one.state in weight]:
        return tuple(sorted(ready, key=lambda one: weight.index(one.state)))
    waiting = [one for one in steps.lines if one.state in (WAITING, LATE)]
    dated = sorted((one.due_at, place) for place, one in enumerate(waiting) if one.due_at)
    return tuple(waiting[place] for _, place in dated[:1]) or tuple(waiting[:1])


def _of_ledger(of: Report) -> Iterator[Matter]:
    if of.history.broken:
        yield Matter(Level.WRONG, of.history.broken, "history")
    for one in of.gauges:
        if one.adds_up is False:
            yield Matter(Level.WRONG, f"The account of {one.label} does not add up.", "progress")


def _of_runs(of: Report) -> Iterator[Matter]:
    for one in of.steps.lines:
        if one.state == FAILED:
            yield Matter(Level.WRONG, f"The step “{one.title}” failed (owner: {one.owner}).", "steps")
    for run in of.history.runs:
        # What failed in a playbook's step is told with the step.
        if run.has_failed and not of.steps.playbook:
            why = ", ".join(run.codes or run.failed_steps)
            yield Matter(Level.WRONG, f"The last run of {run.phase} failed ({why}).", "history")
        elif run.held:
            yield Matter(Level.ATTENTION, f"The last run of {run.phase} is held: somebody has to act.", "history")


def _of_late_steps(of: Report) -> Iterator[Matter]:
    """What is late because of a step before it is told with that one."""
    late = [one for one in of.steps.lines if one.state == LATE]
    at_hand = [one for one in late if one.at_hand] or late[:1]
    for one in at_hand[:MOST_LATE]:
        since = f" since {local(one.late_at, of.zone)}" if one.late_at else ""
        yield Matter(Level.WRONG, f"The step “{one.title}” is late{since} (owner: {one.owner}).", "steps")
    if others := len(late) - min(len(at_hand), MOST_LATE):
        are = "is" if others == 1 else "are"
        yield Matter(
            Level.WRONG,
            f"{count(others, 'more step')} {are} late, or {'waits' if others == 1 else 'wait'} for one that is.",
            "steps",
        )


def _of_items(of: Report) -> Iterator[Matter]:
    left = sum(one.not_accepted for one in of.failures)
    if left:
        codes = sum(1 for one in of.failures if one.not_accepted)
        yield Matter(Level.WRONG, f"{count(left, 'item')} failed, for {count(codes, 'reason')}.", "failures")
    for one in of.gauges:
        if one.pass_state == INTERRUPTED:
            yield Matter(Level.ATTENTION, f"The last pass of {one.label} did not come to its end.", "progress")


def _of_drops(of: Report) -> Iterator[Matter]:
    for one in of.drops:
        if one.overdue(of.at):
            yield Matter(Level.WRONG, f"The drop {one.name} is past its end, and not closed.", "drops")
        elif one.ends_unfetched(of.at) and one.ends_at:
            ends = distance(one.ends_at, of.at)
            yield Matter(
                Level.WRONG, f"The drop {one.name} ends {ends}, and nobody has confirmed its receipt.", "drops"
            )


def _ahead(of: Report) -> Iterator[Matter]:
    for one in of.deadlines:
        if not one.passed and one.at <= of.at + NEAR:
            yield Matter(Level.ATTENTION, f"{named(one.name)} {distance(one.at, of.at)} ({one.shown}).", "deadlines")
    for count_of in of.warnings:
        yield Matter(Level.ATTENTION, f"{count_of.organisation} is to be warned of its deletion.", "deadlines")


def _of_concerns(of: Report) -> Iterator[Matter]:
    if of.concerns.unreadable:
        yield Matter(Level.ATTENTION, f"Of discovery, {of.concerns.unreadable}.", "concerns")
    critical = of.concerns.count("critical")
    if critical and not of.cut_over:
        settle = "which is to be settled" if critical == 1 else "which are to be settled"
        words = f"{count(critical, 'critical concern')}, {settle} before the move can be promised."
        yield Matter(Level.ATTENTION, words, "concerns")
