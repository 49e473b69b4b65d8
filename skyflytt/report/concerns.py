"""What the last discovery found, by check, heaviest first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.registry import check
from skyflytt.phase.discover import FILE

CONCERNS = TypeAdapter(tuple[Concern, ...])


@dataclass(frozen=True, slots=True)
class ConcernLine:
    """All that one check found; `title`, `meaning` and `advice` are its own words, empty for a check of another version."""

    id: str
    category: Category
    title: str
    meaning: str
    advice: str
    found: tuple[Concern, ...]


@dataclass(frozen=True, slots=True)
class Concerns:
    """`at` is None when nobody has looked yet; `unreadable` says why what was found cannot be told."""

    lines: tuple[ConcernLine, ...] = ()
    at: datetime | None = None
    unreadable: str = ""

    def count(self, category: str) -> int:
        return sum(len(one.found) for one in self.lines if one.category == category)


def concerns_in(workspace: Path) -> Concerns:
    """Read from discovery.json of the workspace, which a newer discovery replaces."""
    try:
        told = json.loads((workspace / "discovery" / FILE).read_text(encoding="utf-8"))
        found, at = CONCERNS.validate_python(told["concerns"]), datetime.fromisoformat(told["at"])
    except FileNotFoundError:
        return Concerns()
    except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
        return Concerns(unreadable=f"{FILE} cannot be read: {type(error).__name__}")
    return Concerns(tuple(_lines(found)), at)


def _lines(found: Sequence[Concern]) -> list[ConcernLine]:
    weight = list(Category).index
    by_check: dict[tuple[int, str], list[Concern]] = {}
    for one in found:
        by_check.setdefault((weight(one.category), one.id), []).append(one)
    return [_line(id_, by_check[category, id_]) for category, id_ in sorted(by_check)]


def _line(id_: str, found: Sequence[Concern]) -> ConcernLine:
    try:
        known = check(id_)
        words = known.title, known.meaning, known.advice
    except LookupError:
        words = id_, "", ""
    return ConcernLine(id_, found[0].category, *words, tuple(found))
