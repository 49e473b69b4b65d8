"""Ledgers on a disk in memory: thousands of passes, each with its commits, in seconds."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from skyflytt.deadline.clock import Clock, MovableClock
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.open import _sqlite, open_ledger
from skyflytt.ledger.projects import ensure_project

START = datetime(2026, 8, 8, 9, 0, tzinfo=UTC)
PROJECT = "flytt"
MEMORY_DISK = Path("/dev/shm")


@contextmanager
def quick_folder() -> Iterator[Path]:
    """A folder in memory where the system has one."""
    with tempfile.TemporaryDirectory(prefix="skyflytt-", dir=MEMORY_DISK if MEMORY_DISK.is_dir() else None) as name:
        yield Path(name)


def make_template(folder: Path) -> Path:
    """A ledger with its tables and one project, to be copied."""
    path = folder / "template.sqlite"
    ledger = open_ledger(f"sqlite:///{path}", MovableClock(START))
    ensure_project(ledger, PROJECT)
    with ledger.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    ledger.engine.dispose()
    return path


def copy_ledger(template: Path, to: Path) -> Ledger:
    """A fresh ledger, without the second that the migrations take."""
    shutil.copy(template, to)
    return Ledger(_sqlite(f"sqlite:///{to}"), MovableClock(START))


def reopen_ledger(path: Path, clock: Clock) -> Ledger:
    """A ledger that is there, for another process."""
    return Ledger(_sqlite(f"sqlite:///{path}"), clock)
