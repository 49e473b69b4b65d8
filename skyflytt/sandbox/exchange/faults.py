"""Faults on demand: rules that say which requests or items fail, and how. Scripted in a JSON file, or given to a running server.

A rule of the first four groups below fires once per request it matches, the others once per item or folder.

| kind            | what happens                                                                                              |
|-----------------|-----------------------------------------------------------------------------------------------------------|
| server-busy     | ErrorServerBusy with BackOffMilliseconds: HTTP 500 and a SOAP fault, or `in_body` of an HTTP 200          |
| connection-count| ErrorExceededConnectionCount, likewise                                                                    |
| timeout         | ErrorTimeoutExpired, likewise; with `above`, for batches of more items than that                          |
| error           | `code`, likewise                                                                                          |
| unavailable     | HTTP 503 with Retry-After: `milliseconds` / 1000, none when 0                                             |
| unauthorized    | HTTP 401, whatever the password                                                                           |
| latency         | the answer comes `milliseconds` later                                                                     |
| cut-off         | the connection is closed in the middle of the answer                                                      |
| truncated       | ExportItems: the data of an item ends early, in `=== Truncated Data ===`; `where` says in text or in bytes |
| item            | this item fails with `code` (ErrorItemCorrupt), the others do not                                         |
| odd-date        | DateTimeReceived is `date`, whatever that is                                                              |
| access-denied   | this folder, and what is in it, is closed to everybody: ErrorAccessDenied                                 |
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from skyflytt.sandbox.exchange.store.items import Item

Kind = Literal[
    "server-busy", "connection-count", "timeout", "error", "unavailable", "unauthorized", "latency", "cut-off"
]
ItemKind = Literal["truncated", "item", "odd-date", "access-denied"]
TRUNCATED = "=== Truncated Data ==="


class Rule(BaseModel):
    """Which: `operations` (none: all), `mailbox` acted on, `folder` ("Inbox/Secret"), `subject` part, the `every`-th item, `above` items.

    When: after `skip` matches, `times` times (None: always), each with `probability` by a generator of its own with `seed`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: Kind | ItemKind
    operations: tuple[str, ...] = ()
    mailbox: str = ""
    folder: str = ""
    subject: str = ""
    every: int = Field(default=1, ge=1)
    above: int = 0
    skip: int = 0
    times: int | None = 1
    probability: float = 1.0
    seed: int = 0
    in_body: bool = False
    milliseconds: int = 0
    code: str = "ErrorItemCorrupt"
    date: str = "0001-01-01T00:00:00Z"
    where: Literal["text", "bytes"] = "text"


RULES = TypeAdapter(list[Rule])


class _Armed:
    """A rule with what it has seen so far."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.seen = 0
        self.fired = 0
        self._dice = random.Random(rule.seed)

    def fires(self) -> bool:
        self.seen += 1
        due = self.seen > self.rule.skip and (self.seen - self.rule.skip) % self.rule.every == 0
        left = self.rule.times is None or self.fired < self.rule.times
        if not due or not left or self._dice.random() >= self.rule.probability:
            return False
        self.fired += 1
        return True


class Faults:
    """All rules of a server, and how often each has fired."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._lock = threading.Lock()
        self._armed = [_Armed(rule) for rule in rules]

    def add(self, rules: Iterable[Rule]) -> None:
        with self._lock:
            self._armed += [_Armed(rule) for rule in rules]

    def clear(self) -> None:
        with self._lock:
            self._armed = []

    def fired(self) -> list[dict[str, object]]:
        with self._lock:
            return [{**armed.rule.model_dump(exclude_defaults=True), "fired": armed.fired} for armed in self._armed]

    def of_request(self, operation: str, mailbox: str, batch: int) -> list[Rule]:
        """The rules that fire for this request as a whole."""
        return self._firing(
            armed
            for armed in self._armed
            if armed.rule.kind not in {"truncated", "item", "odd-date", "access-denied"}
            and self._matches(armed.rule, operation, mailbox)
            and batch > armed.rule.above - (0 if armed.rule.above else 1)
        )

    def of_item(self, kind: ItemKind, operation: str, mailbox: str, item: Item, path: str) -> Rule | None:
        """The first rule of a kind that fires for this item."""
        firing = self._firing(
            armed
            for armed in self._armed
            if armed.rule.kind == kind
            and self._matches(armed.rule, operation, mailbox)
            and armed.rule.subject in item.subject
            and armed.rule.folder in ("", path)
        )
        return firing[0] if firing else None

    def denied(self, mailbox: str, path: str) -> bool:
        return any(
            armed.rule.kind == "access-denied" and armed.rule.folder == path and self._matches(armed.rule, "", mailbox)
            for armed in self._armed
        )

    @property
    def per_item(self) -> bool:
        """Whether any rule looks at items at all."""
        return any(armed.rule.kind in {"truncated", "item", "odd-date"} for armed in self._armed)

    def _firing(self, matching: Iterable[_Armed]) -> list[Rule]:
        with self._lock:
            return [armed.rule for armed in matching if armed.fires()]

    @staticmethod
    def _matches(rule: Rule, operation: str, mailbox: str) -> bool:
        asked = not operation or not rule.operations or operation in rule.operations
        return asked and rule.mailbox.lower() in ("", mailbox.lower())


def load(path: Path) -> list[Rule]:
    return RULES.validate_json(path.read_bytes())
