"""Files and folders that the target will refuse, since names are to be kept."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.rule_counts import rule_counts
from skyflytt.concern.words import count
from skyflytt.files.names.kinds import KINDS

ID = "files.refused-by-target"
CATEGORY = Category.CRITICAL
TITLE = "Files and folders whose names the target does not keep"
MEANING = (
    "The project file says `names: keep`, and the target has rules that these names break: it refuses them, or keeps them as something "
    "else. What it refuses counts as failed, with everything in such a folder."
)
ADVICE = "Set `names: rename` for the share, which gives them names that the target keeps, or have them renamed at the source."


def check(facts: Facts) -> Iterator[Concern]:
    for share in facts.shares:
        if share.not_kept and share.target_kind and facts.project.share(share.share).names == "keep":
            title = KINDS[share.target_kind].title
            found = (
                f"{count(share.not_kept.total, 'name')} against the rules of {title}: "
                f"{rule_counts(share.target_kind, share.not_kept_by_rule)}."
            )
            yield Concern(ID, CATEGORY, f"share {share.share}", found, some(share.not_kept.examples))
