"""How things stand with a project, in one word."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """Worst first."""

    WRONG = "wrong"
    """Something failed, or is late."""
    ATTENTION = "attention"
    """Nothing is wrong yet, but somebody has to act before long."""
    FINE = "fine"
