"""What the apps must be allowed, as data (`permissions.yaml`, and `skyflytt/graph/permissions.yaml`)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from skyflytt.graph.permissions import GraphPermission, graph_permissions
from skyflytt.permission import P, Permission, needed
from skyflytt.readiness.uses import LATER, Role


class DropboxScope(Permission):
    team: bool = False
    ask: str


class Permissions(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    uses: dict[Role, str]
    dropbox: tuple[DropboxScope, ...]
    clicks: dict[str, str]

    @property
    def graph(self) -> tuple[GraphPermission, ...]:
        return graph_permissions()


@cache
def permissions() -> Permissions:
    return Permissions.model_validate(yaml.safe_load((Path(__file__).parent / "permissions.yaml").read_text("utf-8")))


def click_for(code: str) -> str:
    """Empty where the failure's own advice says it."""
    return permissions().clicks.get(code, "")


def needed_later(given: Iterable[P], roles: Iterable[Role]) -> list[P]:
    """What is needed only at the end, for what is deleted then."""
    all_given, now = list(given), frozenset(roles)
    names = {one.name for one in needed(all_given, now)}
    later = frozenset(LATER[role] for role in now if role in LATER)
    return [one for one in needed(all_given, later) if one.name not in names]
