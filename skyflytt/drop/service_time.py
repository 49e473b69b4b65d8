"""Instants as a place's own clock will show them, also in a rehearsal, whose time is made up and whose places' time is not."""

from __future__ import annotations

from datetime import datetime

from skyflytt.deadline.clock import Clock

MADE_UP = ("rehearsal", "movable")


def made_up(clock: Clock) -> bool:
    return clock.name in MADE_UP


def at_place(instant: datetime, clock: Clock, theirs: datetime) -> datetime:
    """`theirs` is the place's time now. In a rehearsal what is three days ahead is three days ahead there, too."""
    return instant + (theirs - clock.now()) if made_up(clock) else instant
