"""What failed, by code: which items, what it means, what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from skyflytt.errors.catalogue import WHAT_FOLLOWS, described
from skyflytt.ledger.schema import State, item
from skyflytt.ledger.workloads import Workload
from skyflytt.phase.migration import Migration
from skyflytt.playbook.approvals import approvals, different_people, losses_of
from skyflytt.report.counted import Counts
from skyflytt.report.received import OF_MESSAGES, received

MOST_ITEMS = 20


@dataclass(frozen=True, slots=True)
class FailedItem:
    """`folder` is empty where it is part of the key; `accepted_by` are the people who accepted the workload's losses.

    `received_at` is told of messages that were fetched.
    """

    workload: str
    folder: str
    key: str
    detail: str
    accepted_by: tuple[str, ...]
    size_bytes: int = 0
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FailureLine:
    """All items of one code: the first `MOST_ITEMS` of them, and how many there are and are nobody's accepted loss."""

    code: str
    meaning: str
    follows: str
    advice: str
    items: tuple[FailedItem, ...]
    count: int
    not_accepted: int


def failures_of(migration: Migration, workloads: Sequence[Workload], counts: Counts) -> tuple[FailureLine, ...]:
    """Most frequent first. Items are looked for only where the counts say that there are some."""
    failed: dict[str, Counter[int]] = {}
    for one in workloads:
        for row in counts.get(one.id, ()):
            if row.state is State.FAILED:
                failed.setdefault(row.code, Counter())[one.id] += row.items
    if not failed:
        return ()
    by_id = {one.id: one for one in workloads}
    accepted = _accepted(migration, {by_id[one] for found in failed.values() for one in found})
    words = {one.code: one for one in described()}
    lines = []
    for code, found in failed.items():
        known = words.get(code)
        lines.append(
            FailureLine(
                code,
                _plain(known.sentence) if known else "This version of the software does not know the code.",
                WHAT_FOLLOWS[known.kind] if known else "",
                known.advice if known else "",
                tuple(_items(migration, code, [by_id[one] for one in found], accepted)),
                found.total(),
                sum(items for one, items in found.items() if not accepted[one]),
            )
        )
    return tuple(sorted(lines, key=lambda one: (-one.not_accepted, -one.count, one.code)))


def _accepted(migration: Migration, workloads: Iterable[Workload]) -> dict[int, tuple[str, ...]]:
    given = {one.id: approvals(migration.ledger, migration.name, losses_of(one.label)) for one in workloads}
    return {one: tuple(different_people(by)) for one, by in given.items()}


def _items(
    migration: Migration, code: str, workloads: Sequence[Workload], accepted: Mapping[int, tuple[str, ...]]
) -> Iterator[FailedItem]:
    """What nobody has accepted comes first."""
    room = MOST_ITEMS
    for workload in sorted(workloads, key=lambda one: (bool(accepted[one.id]), one.kind, one.name)):
        if not room:
            return
        rows = _rows(migration, workload, code, room)
        room -= len(rows)
        dates = received(migration.workspace, workload.name, rows) if workload.kind in OF_MESSAGES else {}
        for (folder, key), (detail, size) in rows.items():
            yield FailedItem(workload.label, folder, key, detail, accepted[workload.id], size, dates.get((folder, key)))


def _rows(migration: Migration, workload: Workload, code: str, most: int) -> dict[tuple[str, str], tuple[str, int]]:
    """Detail and size by folder and key; a key that begins with its folder is told without it."""
    rows = select(item.c.container, item.c.key, item.c.detail, item.c.size_bytes).where(
        item.c.workload == workload.id, item.c.state == State.FAILED, item.c.code == code
    )
    with migration.ledger.reading() as connection:
        found = connection.execute(rows.order_by(item.c.key).limit(most)).all()
    return {
        (folder, key.removeprefix(f"{folder}/") if folder else key): (detail or "", size)
        for folder, key, detail, size in found
    }


def _plain(sentence: str) -> str:
    """A class's sentence without the item that it is about in each case."""
    return sentence.removesuffix(": {detail}").removesuffix(".").replace("{item}", "…").replace("{detail}", "…")
