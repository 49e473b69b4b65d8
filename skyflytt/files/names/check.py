"""Which rules of its target a path breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from skyflytt.files.names.rule import LengthRule, NameRule, Severity, TargetRules, length
from skyflytt.files.paths import join


@dataclass(frozen=True, slots=True)
class Namespace:
    """A share's folder at its target, as far as names go: the target's rules, and what stands before the share's paths there.

    `prefix` counts towards the length of a whole path, and ends in a slash unless it is empty. `at_top` says that the share's folder
    is the top of its library.
    """

    rules: TargetRules
    prefix: str = ""
    at_top: bool = field(default=True)

    def fold(self, path: str) -> str:
        """Two paths with the same answer are the same place at the target."""
        return self.rules.fold(path)

    def room(self, of: Literal["name", "path"]) -> Iterator[LengthRule]:
        """The limits that have to be kept, not only told of."""
        return (rule for rule in self.rules.lengths if rule.of == of and rule.severity is not Severity.AWKWARD)


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """`name` is the part of the path that breaks the rule; for the length of a path, the whole path."""

    rule: NameRule | LengthRule
    name: str

    @property
    def code(self) -> str:
        return self.rule.code

    @property
    def severity(self) -> Severity:
        return self.rule.severity


def broken_rules(path: str, space: Namespace) -> list[BrokenRule]:
    """Every rule that a path breaks, each name of it looked at, outermost first; none for nearly every path."""
    found, walked = [], ""
    for name in path.split("/"):
        found += [BrokenRule(rule, name) for rule in broken_by_name(name, space, top=not walked)]
        walked = join(walked, name)
    return found + [BrokenRule(rule, path) for rule in broken_by_length(path, space)]


def broken_by_name(name: str, space: Namespace, *, top: bool) -> list[NameRule | LengthRule]:
    """The rules that a single name breaks; `top` says that it stands in the share's own folder."""
    rules = space.rules
    found: list[NameRule | LengthRule] = []
    if rules.any.search(name):
        found += [
            rule for rule, pattern in rules.each if pattern.search(name) and ((space.at_top and top) or not rule.at_top)
        ]
    at_most = 4 * len(name)
    return found + [rule for rule in rules.of_names if at_most > rule.most and length(name, rule.unit) > rule.most]


def broken_by_length(path: str, space: Namespace) -> list[LengthRule]:
    """The limits of a whole path, what stands before it counted, that it goes beyond."""
    # No unit makes more than four of one character.
    at_most = 4 * (len(space.prefix) + len(path))
    return [
        rule
        for rule in space.rules.of_paths
        if at_most > rule.most and length(space.prefix + path, rule.unit) > rule.most
    ]


def must_change(rules: list[NameRule | LengthRule]) -> list[NameRule | LengthRule]:
    """Those that the target does not let pass: what is only awkward is told, and left as it is."""
    return [rule for rule in rules if rule.severity is not Severity.AWKWARD]
