"""Faults on demand, given to a running simulator.

| kind     | what happens                                                                        |
|----------|-------------------------------------------------------------------------------------|
| status   | the request is refused with `status`, `code` and Retry-After                        |
| lost     | a change is answered with yes and not made                                          |
| no-json  | HTTP 200 with a page of HTML                                                        |
| error-200| HTTP 200 with an error inside                                                       |
| link     | the link to the next page leads to `to`                                             |
| cut      | the connection ends in the middle of the answer                                     |
"""

from __future__ import annotations

import re
import threading
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter


class Fault(BaseModel):
    """For requests whose `METHOD /path` matches `request`: after `skip` of them, `times` times. `inside` is for parts of a batch."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["status", "lost", "no-json", "error-200", "link", "cut"] = "status"
    request: str = ".*"
    inside: bool = False
    skip: int = 0
    times: int = 1
    status: int = 429
    code: str = "TooManyRequests"
    message: str = "Too many requests"
    retry_after: str | None = "1"
    to: str = ""


FAULTS = TypeAdapter(list[Fault])


class Faults:
    def __init__(self) -> None:
        self._rules: list[Fault] = []
        self._lock = threading.Lock()

    def put(self, rules: list[Fault]) -> None:
        with self._lock:
            self._rules = [rule.model_copy() for rule in rules]

    def due(self, request: str, *, inside: bool) -> Fault | None:
        with self._lock:
            for rule in self._rules:
                if rule.inside == inside and rule.times > 0 and re.fullmatch(rule.request, request):
                    if rule.skip > 0:
                        rule.skip -= 1
                        continue
                    rule.times -= 1
                    return rule
        return None
