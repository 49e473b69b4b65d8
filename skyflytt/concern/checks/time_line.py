"""Bandwidth windows that make the plan impossible."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.estimate import estimate
from skyflytt.concern.facts import Facts
from skyflytt.concern.line import WEEK, bytes_in_a_week
from skyflytt.concern.rates import rates_of
from skyflytt.concern.words import days, size
from skyflytt.deadline.notice import service_end
from skyflytt.files.timetable import Timetable, window

ID = "time.line-too-narrow"
CATEGORY = Category.CRITICAL
TITLE = "The line is too narrow for the time that is left"
MEANING = (
    "The project file lets the move have only so much of the line at certain hours. With that, what the shares hold "
    "does not get through before service ends, however fast the servers are."
)
ADVICE = (
    "Widen the windows, above all at night and on weekends; carry the first copy on a disk; or leave out what "
    "nobody has changed for years."
)


def check(facts: Facts) -> Iterator[Concern]:
    project, total = facts.project, sum(share.size_bytes for share in facts.shares)
    windows = tuple(window(one.days, one.begins, one.ends, one.megabit_per_s) for one in project.bandwidth)
    weekly = bytes_in_a_week(Timetable(windows, project.zone), facts.at, _measured(facts)) if windows else None
    if weekly is None:
        return
    left = service_end(project.contract.notice_given, project.contract.notice, project.zone) - facts.at
    room = weekly * max(left / WEEK, 0)
    if total > room:
        through = f"{size(int(weekly))} a week through, {size(int(room))} in {days(left)}"
        found = f"{size(total)} of files are to go; with its windows the line lets {through}."
        yield Concern(ID, CATEGORY, "bandwidth", found)


def _measured(facts: Facts) -> float | None:
    """Bytes per second of the shares together, as the estimate has them."""
    shares = [one for one in estimate(facts, rates_of(facts)).workloads if one.kind == "share" and one.first_pass_hours]
    seconds = sum(one.first_pass_hours or 0 for one in shares) * 3600
    return sum(one.size_bytes for one in shares) / seconds if seconds else None
