"""The items of each workload, counted by state, code and pass in one look at each of them.

Items change only within a pass. So a workload whose newest pass has ended is counted once, and what was counted is kept in a file
beside the page: with ten million files at rest, the page that is written every few minutes asks for none of them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from threading import get_ident
from typing import Any, NamedTuple

from sqlalchemy import func, select

from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import State, item
from skyflytt.report.passes import ENDED, PassRow, passes_of

FILE = ".counted.json"
ASKED_AT_ONCE = 500
PATIENCE = 4
"""With many passes at once, the last look may be a moment older than the passes; the next page is right again."""


class Counted(NamedTuple):
    """So many items stand in this state, with this code, moved by the pass of this number (0: by none)."""

    state: State
    code: str
    done_pass: int
    items: int
    size_bytes: int


Passes = Mapping[int, Sequence[PassRow]]
Counts = Mapping[int, Sequence[Counted]]
"""Both by the workload's id."""


def passes_and_counts(ledger: Ledger, project: str, folder: Path) -> tuple[Passes, Counts]:
    """What belongs together: no pass began or ended while the items were counted. `folder` is where counts are kept."""
    for _ in range(PATIENCE):
        passes = passes_of(ledger, project)
        counts = count_items(ledger, passes, folder)
        if passes_of(ledger, project) == passes:
            break
    return passes, counts


def count_items(ledger: Ledger, passes: Passes, folder: Path) -> Counts:
    """What each workload's items come to; `folder` is where counts are kept. A workload without a pass has no items."""
    kept = _kept(folder / FILE)
    marks = {workload: _mark(rows[-1]) for workload, rows in passes.items()}
    known = {one: kept[one][1] for one, mark in marks.items() if mark and one in kept and kept[one][0] == mark}
    asked = [one for one in marks if one not in known]
    counts = {**known, **_ask(ledger, asked)}
    if any(marks[one] for one in asked):
        _keep(folder / FILE, {one: (mark, counts.get(one, [])) for one, mark in marks.items() if mark})
    return counts


def _mark(newest: PassRow) -> str:
    """What the counts hold for; empty while items may change. The account stands in it in case that the ledger was replaced."""
    if newest.state != ENDED or newest.ended_at is None:
        return ""
    account = (newest.id, newest.ended_at.isoformat(), newest.source, newest.moved, newest.skipped, newest.failed)
    return " ".join(map(str, account))


def _ask(ledger: Ledger, workloads: Sequence[int]) -> dict[int, list[Counted]]:
    found: dict[int, list[Counted]] = {one: [] for one in workloads}
    parts = (item.c.workload, item.c.state, func.coalesce(item.c.code, ""), func.coalesce(item.c.done_pass, 0))
    rows = select(*parts, func.count(), func.sum(item.c.size_bytes)).group_by(*parts)
    for begin in range(0, len(workloads), ASKED_AT_ONCE):
        some = workloads[begin : begin + ASKED_AT_ONCE]
        with ledger.reading() as connection:
            for workload, state, code, done_pass, items, size in connection.execute(
                rows.where(item.c.workload.in_(some))
            ):
                found[workload].append(Counted(State(state), code, done_pass, items, int(size)))
    return found


def _kept(file: Path) -> dict[int, tuple[str, list[Counted]]]:
    """Whatever is wrong with the file, everything is counted anew."""
    try:
        told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return {int(one): (mark, [_counted(row) for row in rows]) for one, (mark, rows) in told.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _counted(row: Iterable[Any]) -> Counted:
    state, code, done_pass, items, size = row
    return Counted(State(state), str(code), int(done_pass), int(items), int(size))


def _keep(file: Path, counts: Mapping[int, tuple[str, Sequence[Counted]]]) -> None:
    beside = file.with_name(f"{file.name}.{os.getpid()}.{get_ident()}.tmp")
    beside.write_text(json.dumps(counts, ensure_ascii=False), encoding="utf-8")
    beside.replace(file)
