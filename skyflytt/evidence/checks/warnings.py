"""The customer was warned 30, 7 and 1 days before: each warning went out, none came back, and so many days did pass."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from skyflytt.decommission.countdown import RESET, WARNED, WARNING_DAYS
from skyflytt.evidence.checks.part import Part, judged, read, unknown
from skyflytt.evidence.write import JOURNAL
from skyflytt.notice.bounces import BOUNCED

CLOCKS_MOVE = timedelta(hours=2)
"""A day in which clocks go forward is shorter."""


def check(folder: Path) -> Part:
    deletions = read(folder, "deletions.json")
    if not deletions:
        return unknown("warnings", "nothing was deleted")
    begun = min(datetime.fromisoformat(one["started_at"]) for one in deletions)
    warned, bounced = _told(folder)
    problems = [problem for days in WARNING_DAYS for problem in _problems(days, warned.get(days), bounced, begun)]
    return judged("warnings", problems, f"sent {', '.join(map(str, WARNING_DAYS))} days before, and none came back")


def _told(folder: Path) -> tuple[dict[int, dict[str, Any]], set[str]]:
    warned: dict[int, dict[str, Any]] = {}
    bounced = set()
    with (folder / JOURNAL).open(encoding="utf-8") as lines:
        for entry in map(json.loads, lines):
            if entry["action"] == RESET:
                warned = {}
            elif entry["action"] == WARNED:
                warned[entry["data"]["days"]] = entry
            elif entry["action"] == BOUNCED:
                bounced.add(entry["subject"])
    return warned, bounced


def _problems(days: int, entry: dict[str, Any] | None, bounced: set[str], begun: datetime) -> Iterator[str]:
    if entry is None:
        yield f"no warning {days} days before"
        return
    if not entry["data"]["messages"] or bounced & set(entry["data"]["messages"]):
        yield f"the warning {days} days before did not reach everybody"
    if begun - datetime.fromisoformat(entry["at"]) < timedelta(days=days) - CLOCKS_MOVE:
        yield f"the warning {days} days before went out too late"
