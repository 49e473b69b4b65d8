"""What an application must be allowed at Microsoft Graph, as data (`permissions.yaml`): nothing else says a permission's name."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from skyflytt.permission import Permission, needed


class Ask(BaseModel):
    """A request to Graph; `path` may have placeholders."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: Literal["GET", "POST", "PATCH", "DELETE"]
    path: str
    body: dict[str, Any] | None = None
    gives_up: str = ""


class GraphPermission(Permission):
    """`opens` are regular expressions of paths, by method."""

    delegated: str = ""
    ask: Ask
    opens: dict[str, str] = Field(default_factory=dict)

    def called(self, auth: str) -> str:
        return self.delegated or self.name if auth == "device-code" else self.name


@cache
def graph_permissions() -> tuple[GraphPermission, ...]:
    data = yaml.safe_load((Path(__file__).parent / "permissions.yaml").read_text("utf-8"))
    return tuple(GraphPermission.model_validate(one) for one in data)


def opening(method: str, path: str) -> str:
    """The permission that opens a request to a mailbox; its path where none is known."""
    plain = path.partition("?")[0]
    patterns = ((one.name, one.opens.get(method)) for one in graph_permissions())
    return next((name for name, pattern in patterns if pattern and re.fullmatch(pattern, plain)), plain)


def named_for(use: str) -> str:
    """`Files.Read.All and Sites.Read.All`: what is needed for a use, in words."""
    return " and ".join(sorted({one.name for one in needed(graph_permissions(), [use])}))
