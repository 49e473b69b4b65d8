"""Answers in Graph's form: resources, pages, and errors (https://learn.microsoft.com/graph/errors)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PAGE_MAX = 999
"""https://learn.microsoft.com/graph/api/user-list: $top up to 999."""
SIGN_IN_PAGE_MAX = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, on its own or out of a batch. `options` are the query's, decoded; `base` is the address of the version."""

    method: str
    path: str
    options: Mapping[str, str]
    body: Any
    permissions: frozenset[str]
    base: str
    headers: Mapping[str, str] = field(default_factory=dict)
    """By their names in small letters."""
    raw: bytes = b""
    now: str = ""
    """The simulated time, in ISO form."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """Answered instead of what was asked for."""

    def __init__(self, status: int, code: str, message: str, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        request = str(uuid.uuid4())
        headers = {"request-id": request}
        if retry_after_s is not None:
            headers["Retry-After"] = str(retry_after_s)
        inner = {"date": "2026-11-22T00:00:00", "request-id": request, "client-request-id": request}
        self.answer = Answer(status, {"error": {"code": code, "message": message, "innerError": inner}}, headers)


def selected(resource: Mapping[str, Any], options: Mapping[str, str], unless: Sequence[str] = ()) -> dict[str, Any]:
    """With $select only what it names; without, all but `unless`."""
    wanted = [name.strip() for name in options.get("$select", "").split(",") if name.strip()]
    names = wanted or [name for name in resource if name not in unless]
    return {name: resource[name] for name in names if name in resource}


def page(asked: Asked, found: Sequence[Any], longest: int, shown: Callable[[Any], dict[str, Any]]) -> Answer:
    """One page of a collection, with a link to the next that carries everything that was asked for."""
    wanted = _number(asked.options.get("$top", str(longest)))
    begin = _number(asked.options.get("$skiptoken", "0"))
    size = min(wanted, longest)
    body: dict[str, Any] = {
        "@odata.context": f"{asked.base}/$metadata#{asked.path.strip('/')}",
        "value": [shown(one) for one in found[begin : begin + size]],
    }
    if begin + size < len(found):
        kept = {name: value for name, value in asked.options.items() if name != "$skiptoken"}
        query = "&".join(
            f"{name}={_quoted(value)}" for name, value in {**kept, "$skiptoken": str(begin + size)}.items()
        )
        body["@odata.nextLink"] = f"{asked.base}{asked.path}?{query}"
    return Answer(200, body)


def _number(text: str) -> int:
    if not text.isdigit():
        raise Refusal(400, "Request_UnsupportedQuery", f"Invalid value '{text}'.")
    return int(text)


def _quoted(value: str) -> str:
    return value.replace("%", "%25").replace("&", "%26").replace("+", "%2B").replace("#", "%23").replace(" ", "%20")
