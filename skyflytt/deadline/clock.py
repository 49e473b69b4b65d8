"""The only place that reads the wall clock; everything else is handed a `Clock`.

A rehearsal or demo moves time by a `FileClock`: all processes that read the same file agree on the hour. Evidence made under such
a clock says so (`Clock.name`).
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import get_ident
from typing import Protocol

CLOCK_FILE_VARIABLE = "SKYFLYTT_CLOCK_FILE"


class Clock(Protocol):
    """Tells the time: `now()` is always aware and in UTC; `name` says which kind of clock it is."""

    @property
    def name(self) -> str: ...

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's own time."""

    name = "system"

    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock:
    """Stands still until it is moved; for tests."""

    name = "movable"

    def __init__(self, at: datetime) -> None:
        self._now = _aware(at)

    def now(self) -> datetime:
        return self._now

    def move_to(self, at: datetime) -> None:
        self._now = _aware(at)

    def advance(self, by: timedelta) -> None:
        self._now += by


class FileClock:
    """The instant in `path` (ISO 8601 with offset), read at every call; it stands still between moves."""

    name = "rehearsal"

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        text = self._path.read_text().strip()
        try:
            return _aware(datetime.fromisoformat(text))
        except ValueError as error:
            raise ValueError(
                f"{self._path}: {text!r} is not an instant with an offset, as in 2026-08-08T09:00:00+02:00"
            ) from error

    def move_to(self, at: datetime) -> None:
        """Replace the file in one step, so that no reader ever sees half an instant."""
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}.{get_ident()}.tmp")
        beside.write_text(_aware(at).isoformat())
        beside.replace(self._path)


def clock_from_environment() -> Clock:
    """The rehearsal clock when `SKYFLYTT_CLOCK_FILE` names one, else the machine's."""
    path = os.environ.get(CLOCK_FILE_VARIABLE)
    return FileClock(Path(path)) if path else SystemClock()


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone; a clock only takes aware times")
    return at.astimezone(UTC)
