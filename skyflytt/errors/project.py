"""Failures of what was asked for."""

from __future__ import annotations

from skyflytt.errors.base import NeedsPerson


class NoSuchWorkload(NeedsPerson):
    """The project file does not name {item}: {detail}"""

    code = "project.no-such-workload"
    advice = "Choose one of those that it names, or add it to the project file and register the project again."
