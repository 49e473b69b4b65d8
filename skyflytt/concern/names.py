"""Which names Windows and SharePoint cannot keep, whatever the target: people open the files from there.

The rules are those of `skyflytt.files.names.kinds`. A Unix file server or a sync client may hold names that break all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from skyflytt.files.names.kinds import SHAREPOINT, WINDOWS
from skyflytt.files.names.rule import TargetRules, in_capitals, units

__all__ = ["NAME_RULES", "NameRule", "in_capitals", "refusals", "rule", "units"]

Target = Literal["Windows", "SharePoint"]
TARGETS: dict[Target, TargetRules] = {"Windows": WINDOWS, "SharePoint": SHAREPOINT}


@dataclass(frozen=True, slots=True)
class NameRule:
    """`pattern` is searched in a single name; `says` completes "names that …"."""

    code: str
    targets: tuple[Target, ...]
    pattern: str
    says: str


def _rules() -> tuple[NameRule, ...]:
    """Each rule once, with the targets that have it; none that asks where the name stands."""
    each = {rule.code: rule for rules in TARGETS.values() for rule in rules.names if not rule.at_top}
    having = {
        code: tuple(name for name, rules in TARGETS.items() if rule in rules.names) for code, rule in each.items()
    }
    return tuple(NameRule(code, having[code], rule.pattern, rule.says) for code, rule in each.items())


NAME_RULES = _rules()
_EACH = tuple((rule.code, re.compile(rule.pattern)) for rule in NAME_RULES)
# Nearly every name is an ordinary one, so that one look has to be enough for it.
_ANY = re.compile("|".join(f"(?:{rule.pattern})" for rule in NAME_RULES))


def refusals(name: str) -> tuple[str, ...]:
    """The codes of the rules that a name breaks."""
    return tuple(code for code, pattern in _EACH if pattern.search(name)) if _ANY.search(name) else ()


def rule(code: str) -> NameRule:
    return next(one for one in NAME_RULES if one.code == code)
