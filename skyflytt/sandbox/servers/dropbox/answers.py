"""Answers that are no success, as Dropbox writes them.

https://www.dropbox.com/developers/documentation/http/documentation#error-handling
"""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response

SIMULATOR = {"X-Simulator": "Skyflytt sandbox; not Dropbox", "X-Dropbox-Request-Id": "simulated"}


class Refused(Exception):
    """An answer of another status than 200: JSON where `body` is one, else text."""

    def __init__(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, body)
        self.status, self.body, self.headers = status, body, headers or {}

    @property
    def response(self) -> Response:
        if isinstance(self.body, str):
            return Response(
                self.body, self.status, {**SIMULATOR, "Content-Type": "text/plain; charset=utf-8", **self.headers}
            )
        return as_json(self.body, self.status, self.headers)


def as_json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    content = json.dumps(body)
    return Response(content, status, {**SIMULATOR, "Content-Type": "application/json", **(headers or {})})


def refused(*named: str, **inner: Any) -> Refused:
    """409 with a union: `refused("path", "conflict", "file")` is {".tag": "path", "path": {".tag": "conflict", …}}."""
    return Refused(409, {"error_summary": f"{'/'.join(named)}/..", "error": union(*named, **inner)})


def union(*named: str, **inner: Any) -> dict[str, Any]:
    """`inner` are the fields of the innermost."""
    told: dict[str, Any] = {".tag": named[-1], **inner}
    for tag in reversed(named[:-1]):
        told = {".tag": tag, tag: told}
    return told


def unauthorized(tag: str, **inner: Any) -> Refused:
    return Refused(401, {"error_summary": f"{tag}/..", "error": union(tag, **inner)})
