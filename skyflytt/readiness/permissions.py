"""What the apps must be allowed, as data (`permissions.yaml`)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field

from skyflytt.readiness.uses import LATER, Role


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Ask(_Data):
    """A request to Graph; `path` may have placeholders."""

    method: Literal["GET", "POST", "PATCH"]
    path: str
    body: dict[str, Any] | None = None
    gives_up: str = ""


class Permission(_Data):
    name: str
    uses: tuple[Role, ...]
    what_for: str = Field(alias="for")
    documentation: str
    optional: str = ""
    within: tuple[str, ...] = ()


class GraphPermission(Permission):
    delegated: str = ""
    ask: Ask

    def called(self, auth: str) -> str:
        return self.delegated or self.name if auth == "device-code" else self.name


class DropboxScope(Permission):
    team: bool = False
    ask: str


P = TypeVar("P", bound=Permission)


class Permissions(_Data):
    uses: dict[Role, str]
    graph: tuple[GraphPermission, ...]
    dropbox: tuple[DropboxScope, ...]
    clicks: dict[str, str]


@cache
def permissions() -> Permissions:
    return Permissions.model_validate(yaml.safe_load((Path(__file__).parent / "permissions.yaml").read_text("utf-8")))


def click_for(code: str) -> str:
    """Empty where the failure's own advice says it."""
    return permissions().clicks.get(code, "")


def needed(given: Iterable[P], roles: Iterable[Role]) -> list[P]:
    """Without those that are within another one that is needed too."""
    wanted = frozenset(roles)
    found = [one for one in given if wanted.intersection(one.uses)]
    names = {one.name for one in found}
    return [one for one in found if not names.intersection(one.within)]


def needed_later(given: Iterable[P], roles: Iterable[Role]) -> list[P]:
    """What is needed only at the end, for what is deleted then."""
    all_given, now = list(given), frozenset(roles)
    names = {one.name for one in needed(all_given, now)}
    later = frozenset(LATER[role] for role in now if role in LATER)
    return [one for one in needed(all_given, later) if one.name not in names]
