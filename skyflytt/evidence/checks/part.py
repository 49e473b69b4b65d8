"""One part of what a pack tells, and what looking at it came to."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skyflytt.decommission.absence import Verdict


@dataclass(frozen=True, slots=True)
class Part:
    """`found` is a sentence, also where it is good."""

    name: str
    verdict: Verdict
    found: str


def read(folder: Path, name: str) -> Any:
    """A JSON file of the pack."""
    return json.loads((folder / name).read_text(encoding="utf-8"))


def judged(name: str, problems: Iterable[str], good: str) -> Part:
    """FAILED with the problems, or PASS."""
    found = list(problems)
    return Part(name, Verdict.FAILED if found else Verdict.PASS, "; ".join(found[:5]) or good)


def unknown(name: str, why: str) -> Part:
    """There was nothing to look at."""
    return Part(name, Verdict.UNKNOWN, why)
