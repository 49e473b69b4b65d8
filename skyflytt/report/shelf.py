"""Which projects have a report page below some folders: asked anew at each request, so that a new project is there at once."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skyflytt.project.fields import NAME
from skyflytt.report.level import Level
from skyflytt.report.place import FOLDER, PAGE, SUMMARY


@dataclass(frozen=True, slots=True)
class Shelved:
    """A project's page, and what was said of it when it was written."""

    project: str
    customer: str
    level: str
    headline: str
    next: str
    far: str
    at: str
    page: Path

    def read(self) -> bytes | None:
        """The page, or None when it is no longer there. A link that leads elsewhere is not followed."""
        return _read(self.page)


def shelved(folders: Sequence[Path]) -> dict[str, Shelved]:
    """By the project's name: a folder is a workspace, or holds workspaces. What is wrong comes first, then by customer.

    Of two workspaces with one project, the first is shown.
    """
    found: dict[str, Shelved] = {}
    for workspace in _workspaces(folders):
        one = _shelved(workspace / FOLDER)
        if one is not None:
            found.setdefault(one.project, one)
    weight = [level.value for level in Level].index
    return {
        one.project: one
        for one in sorted(found.values(), key=lambda one: (weight(one.level), one.customer, one.project))
    }


def _workspaces(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        yield folder
        try:
            yield from sorted(one for one in folder.iterdir() if one.is_dir() and one.name != FOLDER)
        except OSError:
            continue


def _shelved(folder: Path) -> Shelved | None:
    """None for whatever is no report of a project."""
    told = _summary(folder / SUMMARY)
    fields = {name: told.get(name) for name in Shelved.__dataclass_fields__ if name != "page"}
    if not all(isinstance(value, str) for value in fields.values()):
        return None
    if not NAME.fullmatch(str(fields["project"])) or fields["level"] not in list(Level):
        return None
    return Shelved(**fields, page=folder / PAGE) if (folder / PAGE).is_file() else None  # type: ignore[arg-type]


def _summary(file: Path) -> Mapping[str, Any]:
    text = _read(file)
    try:
        told = json.loads(text) if text is not None else {}
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _read(file: Path) -> bytes | None:
    try:
        with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW), "rb") as opened:
            return opened.read()
    except OSError:
        return None
