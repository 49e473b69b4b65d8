"""Names that the target keeps and programs around it stumble over."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.rule_counts import rule_counts
from skyflytt.concern.words import count
from skyflytt.files.names.kinds import KINDS

ID = "files.awkward-at-target"
CATEGORY = Category.ADVISORY
TITLE = "Names that are awkward at the target"
MEANING = "The target keeps these names, so they are not changed. Some programs, addresses or synchronised computers stumble over them."
ADVICE = "Nothing has to be done for the move. Have them renamed at the source where they are in daily use."


def check(facts: Facts) -> Iterator[Concern]:
    for share in facts.shares:
        if share.awkward and share.target_kind:
            found = (
                f"{count(share.awkward.total, 'name')} ({KINDS[share.target_kind].title}): "
                f"{rule_counts(share.target_kind, share.awkward_by_rule)}."
            )
            yield Concern(ID, CATEGORY, f"share {share.share}", found, some(share.awkward.examples))
