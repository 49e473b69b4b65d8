"""Counts by rule of a target, as a sentence has them."""

from __future__ import annotations

from collections.abc import Mapping

from skyflytt.concern.sample import Sample
from skyflytt.concern.words import number
from skyflytt.files.names.kinds import KINDS


def rule_counts(kind: str, by_rule: Mapping[str, Sample]) -> str:
    """`7 that hold a backslash; 2 that end in a space`, the most first."""
    rules = sorted(by_rule.items(), key=lambda item: (-item[1].total, item[0]))
    return "; ".join(f"{number(sample.total)} that {KINDS[kind].says(code)}" for code, sample in rules)
