"""A process that moves a rehearsal's clock to and fro."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from skyflytt.deadline.clock import FileClock


def move_often(path: Path, at: datetime, day: int, times: int) -> None:
    for _ in range(times):
        FileClock(path).move_to(at + timedelta(days=day))
