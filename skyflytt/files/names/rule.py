"""A rule about names, and the rules of one kind of target."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Literal
from unicodedata import normalize


class Severity(StrEnum):
    """What becomes of a name that breaks the rule."""

    REFUSED = "refused"
    """The target does not take it."""
    ALTERED = "altered by the target"
    """The target takes it and keeps it under another name, hides it, or mixes it up with another."""
    AWKWARD = "awkward"
    """The target keeps it; programs around it stumble."""


Unit = Literal["characters", "UTF-16 units", "bytes"]
TWIN = "twin"
"""The code of a name that the target could not tell from another one of its folder."""


@dataclass(frozen=True, slots=True)
class NameRule:
    """`pattern` is searched in a single name, `instead` takes the place of what it finds; `says` completes "names that …".

    With `whole`, the name is a word of the target's own: any other name will do, nothing of it has to go. With `at_top`, the rule holds
    only at the top of the target (a library's own level). `sources` are addresses, or where it was seen.
    """

    code: str
    says: str
    pattern: str
    severity: Severity
    sources: tuple[str, ...]
    instead: str = "_"
    whole: bool = False
    at_top: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True)
class LengthRule:
    """At most `most` of a name, or of a whole path with what stands before the share's folder at the target."""

    code: str
    of: Literal["name", "path"]
    most: int
    unit: Unit
    severity: Severity
    sources: tuple[str, ...]
    remark: str = ""

    @property
    def says(self) -> str:
        return f"are longer than {self.most:,} {self.unit}" + (", the whole path counted" if self.of == "path" else "")


@dataclass(frozen=True)
class TargetRules:
    """Everything that is known of one kind of target."""

    kind: str
    title: str
    names: tuple[NameRule, ...]
    lengths: tuple[LengthRule, ...]
    ignores_case: bool = False
    ignores_form: bool = False
    """Whether å as one letter and å as a letter with its ring are the same to it (Unicode NFC and NFD)."""
    same_sources: tuple[str, ...] = ()

    @cached_property
    def each(self) -> tuple[tuple[NameRule, re.Pattern[str]], ...]:
        return tuple((rule, re.compile(rule.pattern)) for rule in self.names)

    @cached_property
    def any(self) -> re.Pattern[str]:
        """Nearly every name is an ordinary one, so that one look has to be enough for it."""
        return re.compile("|".join(f"(?:{rule.pattern})" for rule in self.names) or r"(?!)")

    @cached_property
    def of_names(self) -> tuple[LengthRule, ...]:
        return tuple(rule for rule in self.lengths if rule.of == "name")

    @cached_property
    def of_paths(self) -> tuple[LengthRule, ...]:
        return tuple(rule for rule in self.lengths if rule.of == "path")

    @property
    def every(self) -> tuple[NameRule | LengthRule, ...]:
        return (*self.names, *self.lengths)

    def says(self, code: str) -> str:
        """What a rule says of names, by its code; raises `LookupError`."""
        if code == TWIN:
            return "it cannot tell from another one of their folder"
        each = {rule.code: rule.says for rule in self.every}
        if code not in each:
            raise LookupError(f"{self.kind} has no rule {code}")
        return each[code]

    def fold(self, path: str) -> str:
        """Two paths with the same answer are the same place at the target."""
        folded = normalize("NFC", path) if self.ignores_form else path
        return in_capitals(folded) if self.ignores_case else folded


def in_capitals(name: str) -> str:
    """What Windows compares names by: capitals, letter by letter (so that ß is not SS)."""
    capitals = name.upper()
    if len(capitals) == len(name):
        return capitals
    return "".join(upper if len(upper := letter.upper()) == 1 else letter for letter in name)


def units(text: str) -> int:
    """The length in UTF-16 code units, which Windows and SharePoint count: an emoji is two."""
    return len(text) + sum(1 for letter in text if letter > "\uffff")


def length(text: str, unit: Unit) -> int:
    """How long a name or path is, as the target counts."""
    if unit == "bytes":
        return len(text.encode())
    return units(text) if unit == "UTF-16 units" else len(text)
