"""Trouble that the sandbox's Webex makes on demand."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, TypeAdapter

Trouble = Literal["busy", "unavailable", "error-in-success", "lost", "twice", "refused", "cut-off"]


class Fault(BaseModel):
    """The next `times` requests whose path begins with `path`, by `method` where one is named.

    `busy`: 429 with Retry-After. `unavailable`: 503 without. `error-in-success`: an error in an answer of status 200. `lost`: a change
    that is acknowledged and not made. `twice`: every item of a list is told twice. `refused`: 403. `cut-off`: half of the answer.
    """

    kind: Trouble
    path: str = ""
    method: str = ""
    times: int = 1
    retry_after_s: int = 1


FAULTS = TypeAdapter(list[Fault])


class Faults:
    """The rules that are left; the first that fits is used up by one."""

    def __init__(self) -> None:
        self.rules: list[Fault] = []

    def next(self, method: str, path: str) -> Fault | None:
        for rule in self.rules:
            if rule.times > 0 and path.startswith(rule.path) and rule.method in ("", method):
                rule.times -= 1
                return rule
        return None
