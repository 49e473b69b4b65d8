"""What the measured rates come to for a customer of any size: how long the first pass takes, how much is kept, and what is full first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DAY_S = 86_400
TASK_RUNS_PER_S = (17, 27)
"""What one Prefect server records (seen with 3.8 and 3.9, SQLite and PostgreSQL)."""
QUEUE = 10_000
"""Events that its memory holds without Redis; what comes on top is not recorded."""
EVENTS_PER_TASK_RUN = 4
LANES = 8
"""Mailboxes that a worker with two places works at side by side."""
PROCESSORS = 4
"""Of each worker's machine."""
MEAN_BYTES = 75_000
"""Of a message of a business mailbox with its attachments; the benchmark's own are smaller."""
SLOTS = 32
"""Connections at a source in all, as they are limited without anybody's saying so, at two for each mailbox."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The customer, and the workers that there are."""

    mailboxes: int
    items: int
    workers: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    what: str
    rate: str
    comes_to: str


def model(figures: Mapping[str, Any], asked: Asked) -> str:
    """A Markdown table; raises ValueError when the figures lack what it is computed from."""
    lines = [*_times(figures, asked), *_rooms(figures, asked), *_prefect(figures, asked)]
    head = (
        f"{asked.mailboxes:,} mailboxes of {asked.items:,} messages, {asked.workers} workers of two places and {PROCESSORS} processors:\n\n"
        "| what | measured | comes to |\n| --- | --- | --- |\n"
    )
    return head + "\n".join(f"| {one.what} | {one.rate} | {one.comes_to} |" for one in lines)


def _largest(figures: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of the comparisons the one with most messages and no delay: what the work itself needs."""
    rows: Sequence[Mapping[str, Any]] = [one for one in figures.get("overhead", ()) if not one["latency_ms"]]
    if not rows:
        raise ValueError("the file has no figures of a source without delay")
    return max(rows, key=lambda one: one["mailboxes"] * one["messages"])


def _times(figures: Mapping[str, Any], asked: Asked) -> list[Line]:
    row, items = _largest(figures), asked.mailboxes * asked.items
    cpu_s = row["plain_cpu_s"] / (row["mailboxes"] * row["messages"])
    processors = asked.workers * PROCESSORS
    lines = [Line("processors", f"{cpu_s * 1000:.2f} ms for a message", _days(items * cpu_s / processors))]
    for far in figures["overhead"]:
        if far["latency_ms"] and far["mailboxes"] == row["mailboxes"]:
            lines += _far_away(far, items, asked.workers * LANES)
    return lines


def _far_away(far: Mapping[str, Any], items: int, lanes: int) -> list[Line]:
    """Measured with four mailboxes side by side."""
    rate = far["mailboxes"] * far["messages"] / far["plain_s"] / 4
    usual = min(lanes, SLOTS // 2)
    measured = f"{rate:.1f} messages/s from a mailbox"
    return [
        Line(f"a source {far['latency_ms']} ms away, {lanes} mailboxes at a time", measured, _days(items / rate / lanes)),
        Line(f"the same, {usual} at a time: the usual limit of connections", measured, _days(items / rate / usual)),
    ]  # fmt: skip


def _rooms(figures: Mapping[str, Any], asked: Asked) -> list[Line]:
    row, items = _largest(figures), asked.mailboxes * asked.items
    of = row["mailboxes"] * row["messages"]
    ledger, kept = row["ledger_bytes"] / of, row["archive_bytes"] / of
    # The benchmark's messages are small, so that what is kept beside their bytes is most of it; attachments are mostly packed already.
    each = MEAN_BYTES + kept
    small = f"{kept:,.0f} bytes for one of {row['source_bytes'] / of:,.0f}"
    return [
        Line("the ledger", f"{ledger:,.0f} bytes for a message", _bytes(items * ledger)),
        Line("archives", small, f"{_bytes(items * each)} at most, with {MEAN_BYTES // 1000} kB a message"),
        Line("the largest archive", "one file for each mailbox", f"{_bytes(asked.items * each)} at most"),
    ]


def _prefect(figures: Mapping[str, Any], asked: Asked) -> list[Line]:
    runs = min(200, asked.mailboxes)
    events = EVENTS_PER_TASK_RUN * asked.mailboxes
    spent = f"{asked.mailboxes / TASK_RUNS_PER_S[1] / 60:.0f} to {asked.mailboxes / TASK_RUNS_PER_S[0] / 60:.0f} minutes of a pass"
    worst = max((one["spread_s"] - one["plain_s"]) / one["mailboxes"] for one in figures["overhead"])
    return [
        Line("runs in the history", "at most 200 of a task", f"{runs} in a pass"),
        Line("task runs", f"{TASK_RUNS_PER_S[0]} to {TASK_RUNS_PER_S[1]} recorded a second", spent),
        Line("events", f"{QUEUE:,} wait in memory without Redis", f"{events:,} in a pass over {'many' if events > QUEUE else 'few'} hours"),
        Line("Prefect's own time", f"{worst:.2f} s for a mailbox", _days(asked.mailboxes * worst / asked.workers)),
    ]  # fmt: skip


def _days(seconds: float) -> str:
    return f"{seconds / DAY_S:,.1f} days" if seconds >= DAY_S else f"{seconds / 3600:.1f} hours"


def _bytes(size: float) -> str:
    for unit, name in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB")):
        if size >= unit:
            return f"{size / unit:,.1f} {name}"
    return f"{size:,.0f} bytes"
