"""All failures that the software knows, read off their classes: the table of `skyflytt errors` and of docs/reference/errors.md."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import groupby
from pathlib import Path

import skyflytt
from skyflytt.errors.base import Failure, Kind

WHAT_FOLLOWS: dict[Kind, str] = {
    "transient": "tried again",
    "permanent": "this item is recorded as failed, the rest goes on",
    "needs-person": "the step stops until somebody has acted",
    "accepted-loss": "left behind; a named person accepted it",
}

HEAD = """# Failures

Every failure has a code that stays the same from version to version. The ledger keeps the code with the item, reports count by it.
The kind says what follows:

{kinds}

This page is made from the classes themselves by `skyflytt errors --markdown`.
"""

DERIVES_A_FAILURE = re.compile(r"^class \w+\((Transient|Permanent|BadInput|NeedsPerson|AcceptedLoss)\):", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Described:
    """A failure in the words of its class; `{item}` and `{detail}` stand in the sentence as they are."""

    code: str
    kind: Kind
    sentence: str
    advice: str

    @property
    def area(self) -> str:
        """What the failure is about: the code's first part."""
        return self.code.partition(".")[0]


def failures() -> list[type[Failure]]:
    """Every failure of the package, in the order of the codes. Imports the modules that define one, and no other."""
    for module in modules():
        import_module(module)
    ours = {one for one in _below(Failure) if one.__module__.startswith("skyflytt.")}
    return sorted((one for one in ours if one.code), key=lambda one: (one.code, one.__name__))


def modules() -> list[str]:
    """The modules with a class that derives from one of the four kinds, found by their text."""
    top = Path(skyflytt.__path__[0])
    found = [path for path in top.rglob("*.py") if DERIVES_A_FAILURE.search(path.read_text(encoding="utf-8"))]
    return sorted(".".join(("skyflytt", *path.relative_to(top).with_suffix("").parts)) for path in found)


def described() -> list[Described]:
    """The failures as data, in the order of the codes."""
    return [Described(one.code, one.kind, _first_line(one), one.advice) for one in failures()]


def markdown() -> str:
    """The reference page."""
    kinds = "\n".join(f"- `{kind}`: {what}." for kind, what in WHAT_FOLLOWS.items())
    parts = [HEAD.format(kinds=kinds)]
    for area, members in groupby(described(), key=lambda one: one.area):
        parts += [f"\n## {area}\n\n", "| code | kind | what happened | what to do |\n", "| --- | --- | --- | --- |\n"]
        parts += [f"| `{one.code}` | {one.kind} | {_cell(one.sentence)} | {_cell(one.advice)} |\n" for one in members]
    return "".join(parts)


def _below(base: type[Failure]) -> Iterator[type[Failure]]:
    for one in base.__subclasses__():
        yield one
        yield from _below(one)


def _first_line(failure: type[Failure]) -> str:
    return (inspect.cleandoc(failure.__doc__ or "").splitlines() or [""])[0]


def _cell(text: str) -> str:
    shown = (
        text.replace("{item}", "*item*").removesuffix(": {detail}").removesuffix(".").replace("{detail}", "*detail*")
    )
    return shown.replace("|", "\\|")
