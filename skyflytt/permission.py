"""What an app must be allowed at a service, and for what: the form that the data of every service has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field


class Permission(BaseModel):
    """`uses` are values of `skyflytt.readiness.uses.Role`; with one of `within`, it is not needed by itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    uses: tuple[str, ...]
    what_for: str = Field(alias="for")
    documentation: str
    optional: str = ""
    within: tuple[str, ...] = ()


P = TypeVar("P", bound=Permission)


def needed(given: Iterable[P], uses: Iterable[str]) -> list[P]:
    """Without those that are within another one that is needed too."""
    wanted = frozenset(uses)
    found = [one for one in given if wanted.intersection(one.uses)]
    names = {one.name for one in found}
    return [one for one in found if not names.intersection(one.within)]
