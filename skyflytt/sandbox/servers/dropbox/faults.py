"""Faults on demand, given to a running simulator.

| kind           | what happens                                                                                    |
|----------------|-------------------------------------------------------------------------------------------------|
| busy           | 429 with Retry-After, and a JSON body that says why                                             |
| busy-plain     | 429 with Retry-After and a text, as for data transport                                          |
| unavailable    | 503                                                                                             |
| entry          | an answer of status 200 with an error for the entry `entry` of a batch: `tag`                   |
| lost           | a commit is answered with yes, and the file is not there                                        |
| altered        | what is committed is kept with another byte                                                     |
| renamed        | what is committed is kept under another name                                                    |
| unanswered     | the request is carried out, and the connection ends instead of an answer                        |
| forget-cursors | every cursor of a listing is forgotten (reset)                                                  |
| forget-uploads | every upload session is forgotten, as after seven days                                          |
| end-tokens     | every access token that was given ends                                                          |
| revoke         | the request's token, or refresh token, counts as taken back                                     |
"""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter

Kind = Literal[
    "busy", "busy-plain", "unavailable", "entry", "lost", "altered", "renamed", "unanswered",
    "forget-cursors", "forget-uploads", "end-tokens", "revoke",
]  # fmt: skip


class Fault(BaseModel):
    """For requests whose route matches `route`: after `after` of them, `times` times."""

    model_config = ConfigDict(extra="forbid")
    kind: Kind
    route: str = ".*"
    after: int = 0
    times: int = 1
    retry_after: int = 1
    entry: int = 0
    tag: str = "too_many_write_operations"


FAULTS = TypeAdapter(list[Fault])


class Faults:
    def __init__(self) -> None:
        self.rules: list[Fault] = []

    def due(self, route: str, *kinds: Kind) -> Fault | None:
        """The first rule of these kinds that fits, used up by one."""
        for rule in self.rules:
            if rule.kind in kinds and rule.times > 0 and re.fullmatch(rule.route, route):
                if rule.after > 0:
                    rule.after -= 1
                    continue
                rule.times -= 1
                return rule
        return None
