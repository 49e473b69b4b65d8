"""What kind of device calls, by the rules of data/kinds.yaml. Which rule it was stands beside each answer."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from skyflytt.callers.networks import is_inside
from skyflytt.callers.tally import MANY, Key

UNKNOWN = "unknown"
KINDS = (
    "phone", "tablet", "printer", "desktop-client", "mapped-drive", "rd-client", "browser", "script", UNKNOWN,
    "server-itself", "this-migration",
)  # fmt: skip
"""`printer` is any device that prints or scans and sends mail; the last two are nobody's devices."""
NOBODYS = ("server-itself", "this-migration")
SENDING = frozenset(("submission", "submissions", "smtps", "smtp", "smtp-relay"))
RULES = Path(__file__).parent / "data" / "kinds.yaml"


@dataclass(frozen=True, slots=True)
class Judged:
    """A kind with the rule that named it; `sure` is False where it is only probable, and for `unknown`."""

    kind: str
    rule: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """Everything that is not None must fit."""

    name: str
    kind: str
    sure: bool
    inside: bool
    patterns: tuple[tuple[str, re.Pattern[str]], ...]

    def fits(self, key: Key) -> bool:
        return all(pattern.search(getattr(key, part)) for part, pattern in self.patterns) and (
            not self.inside or is_inside(key.address)
        )


@cache
def rules() -> tuple[Rule, ...]:
    """The rules in their order."""
    found = []
    for one in yaml.safe_load(RULES.read_text(encoding="utf-8")):
        parts = ("device", "agent", "account", "protocol")
        patterns = tuple((part, re.compile(one[part], re.IGNORECASE)) for part in parts if part in one)
        found.append(Rule(one["rule"], one["kind"], one.get("sure", True), one.get("inside", False), patterns))
    return tuple(found)


def judge(keys: Iterable[Key]) -> dict[Key, Judged]:
    """What each of a server's callers is.

    An account that is only ever used to send, by something that does not say what it is, is probably a printer's or a scanner's.
    """
    keys = list(keys)
    protocols: defaultdict[str, set[str]] = defaultdict(set)
    for key in keys:
        protocols[key.account.casefold()].add(key.protocol)
    return {key: _judged(key, protocols) for key in keys}


def _judged(key: Key, protocols: Mapping[str, set[str]]) -> Judged:
    for rule in rules():
        if rule.fits(key):
            return Judged(rule.kind, rule.name, rule.sure)
    if key.account not in ("", MANY) and protocols[key.account.casefold()] <= SENDING:
        return Judged("printer", "smtp-only-account", sure=False)
    return Judged(UNKNOWN, "", sure=False)
