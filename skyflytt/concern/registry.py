"""All checks: every module of `skyflytt.concern.checks` is one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import pairwise
from pkgutil import iter_modules
from types import ModuleType

from skyflytt.concern import checks as package
from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts


@dataclass(frozen=True, slots=True)
class Check:
    """A check's constants and its function; `meaning` says what the concern is about, `advice` what to do."""

    id: str
    category: Category
    title: str
    meaning: str
    advice: str
    run: Callable[[Facts], Iterator[Concern]]


@cache
def all_checks() -> tuple[Check, ...]:
    """Every check, sorted by id. Raises `ValueError` when two have the same one."""
    modules = (import_module(f"{package.__name__}.{found.name}") for found in iter_modules(package.__path__))
    return in_order(check_of(module) for module in modules)


def check_of(module: ModuleType) -> Check:
    return Check(module.ID, module.CATEGORY, module.TITLE, module.MEANING, module.ADVICE, module.check)


def in_order(found: Iterable[Check]) -> tuple[Check, ...]:
    checks = sorted(found, key=lambda check: check.id)
    for one, next_one in pairwise(checks):
        if one.id == next_one.id:
            raise ValueError(f"two checks are called {one.id}")
    return tuple(checks)


def check(identifier: str) -> Check:
    """The check of a concern. Raises `LookupError`."""
    for one in all_checks():
        if one.id == identifier:
            return one
    raise LookupError(f"there is no check {identifier}")


def all_concerns(facts: Facts) -> tuple[Concern, ...]:
    """What all checks find, heaviest first, then by id and subject."""
    weight = list(Category).index
    found = [concern for one in all_checks() for concern in one.run(facts)]
    return tuple(sorted(found, key=lambda concern: (weight(concern.category), concern.id, concern.subject)))
