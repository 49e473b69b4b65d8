"""How fast the ledger takes items, finds them unchanged and settles them, and how much memory that needs.

    python -m benchmarks.ledger [--rows 1000000] [--url postgresql://...]

Each measurement runs in a process of its own, so that its peak of memory is its own; a tenth of the rows is measured first, to
show how memory grows. The peer is Python's sqlite3 with the same table, settings and batches, and nothing else.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sqlite3
import tempfile
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from benchmarks.peak import peak_mb
from skyflytt.deadline.clock import SystemClock
from skyflytt.ledger import items
from skyflytt.ledger.items import BATCH_ROWS, Done, Seen
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.listing import take_listing
from skyflytt.ledger.open import open_ledger
from skyflytt.ledger.passes import Pass, running_pass
from skyflytt.ledger.projects import ensure_project
from skyflytt.ledger.schema import Intent, Verified
from skyflytt.ledger.workloads import ensure_workload

SETTLED = 20_000
SETTLE_BATCH = 500
INSERT_AIM, MEMORY_AIM_MB = 100_000, 150


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of each part, and the peak of resident memory in MB at the start and at the end."""

    rows: int
    insert_s: float
    rescan_s: float
    settle_s: float
    start_mb: float
    peak_mb: float


def listing(rows: int) -> Iterator[Seen]:
    """A share of so many files, in the order of a scan."""
    for number in range(rows):
        yield Seen(f"Projekt/{number // 100:07}/Ritning å {number:09}.dwg", "1048576 2026-08-08T09:00:00Z", 1_048_576)


def measure(url: str, rows: int) -> Measured:
    ledger = open_ledger(url, SystemClock())
    start_mb = peak_mb()
    ensure_project(ledger, "benchmark")
    workload = ensure_workload(ledger, "benchmark", "share", str(uuid.uuid4()))
    began = time.perf_counter()
    if items.record_new(ledger, workload, listing(rows)) != rows:
        raise AssertionError("not every row was inserted")
    inserted = time.perf_counter()
    with running_pass(ledger, workload) as running:
        outcome = take_listing(ledger, running, listing(rows))
        rescanned = time.perf_counter()
        if (outcome.source, outcome.new, outcome.changed, outcome.gone) != (rows, 0, 0, 0):
            raise AssertionError(f"an unchanged share was found changed: {outcome}")
        settle(ledger, running, min(rows, SETTLED))
    settled = time.perf_counter()
    return Measured(rows, inserted - began, rescanned - inserted, settled - rescanned, start_mb, peak_mb())


def settle(ledger: Ledger, running: Pass, count: int) -> None:
    """Announce and finish items in the batches in which they are moved."""
    for batch in items.batches(islice(listing(count), count), SETTLE_BATCH):
        items.start(ledger, running, [one.key for one in batch], Intent.PUT)
        items.finish(ledger, running, [Done(one.key, one.key, Verified.DIGEST, "0" * 64) for one in batch])


def measure_peer(folder: Path, rows: int) -> float:
    """Seconds that sqlite3 alone needs for the same inserts."""
    definition = _item_table(folder)
    with closing(sqlite3.connect(folder / "peer.sqlite", isolation_level=None)) as connection:
        for setting in ("journal_mode = WAL", "synchronous = FULL"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute(definition)
        began = time.perf_counter()
        for batch in items.batches(_peer_rows(listing(rows)), BATCH_ROWS):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT INTO item (workload, key, container, version, size_bytes, state, identity)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                batch,
            )
            connection.execute("COMMIT")
        return time.perf_counter() - began


def _item_table(folder: Path) -> str:
    address = folder / "definition.sqlite"
    open_ledger(f"sqlite:///{address}", SystemClock()).engine.dispose()
    with closing(sqlite3.connect(address)) as connection:
        return str(connection.execute("SELECT sql FROM sqlite_master WHERE name = 'item'").fetchone()[0])


def _peer_rows(seen: Iterable[Seen]) -> Iterator[tuple[object, ...]]:
    for one in seen:
        yield 1, one.key, one.container, one.version, one.size_bytes, "seen", one.identity


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--url", help="the ledger to write to; without it, a new SQLite file")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="skyflytt-benchmark-") as folder:
        processes = multiprocessing.get_context("spawn")
        tenth, whole = (
            processes.Pool(1).apply(measure, (asked.url or f"sqlite:///{folder}/{rows}.sqlite", rows))
            for rows in (asked.rows // 10, asked.rows)
        )
        peer_s = processes.Pool(1).apply(measure_peer, (Path(folder), asked.rows))
    report(tenth, whole, peer_s)


def report(tenth: Measured, whole: Measured, peer_s: float) -> None:
    settled = min(whole.rows, SETTLED)
    lines = {
        "insert": f"{whole.rows / whole.insert_s:12,.0f} rows/s   (aim: {INSERT_AIM:,})",
        "insert, sqlite3 alone": f"{whole.rows / peer_s:12,.0f} rows/s   (the ledger takes {whole.insert_s / peer_s:.2f} times as long)",
        "re-scan, unchanged": f"{whole.rows / whole.rescan_s:12,.0f} rows/s",
        "start and finish": f"{settled / whole.settle_s:12,.0f} items/s  ({settled:,} in batches of {SETTLE_BATCH})",
        "peak of memory": f"{whole.peak_mb:12,.1f} MB       (aim: {MEMORY_AIM_MB}; {whole.start_mb:.1f} before the first row)",
        f"growth from {tenth.rows:,}": f"{whole.peak_mb - tenth.peak_mb:12,.1f} MB",
    }
    print(f"{whole.rows:,} items")
    for name, figure in lines.items():
        print(f"  {name:24} {figure}")


if __name__ == "__main__":
    main()
