"""Files and folders that are called otherwise at the target."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.rule_counts import rule_counts
from skyflytt.concern.words import count
from skyflytt.files.names.kinds import KINDS

ID = "files.renamed-at-target"
CATEGORY = Category.WARNING
TITLE = "Files and folders that are called otherwise at the target"
MEANING = (
    "The target does not keep these names as they are (docs/reference/names.md lists its rules), so they are given others, always the "
    "same ones. The manifest has both. Links between documents, shortcuts and programs that know the old name do not find the new one."
)
ADVICE = (
    "Show the list to their owners. Who wants another new name renames at the source before the last pass; `names: keep` in the project "
    "file tries the old ones."
)


def check(facts: Facts) -> Iterator[Concern]:
    for share in facts.shares:
        if share.not_kept and share.target_kind and facts.project.share(share.share).names == "rename":
            title = KINDS[share.target_kind].title
            found = (
                f"{count(share.not_kept.total, 'name is', 'names are')} another one there ({title}): "
                f"{rule_counts(share.target_kind, share.not_kept_by_rule)}."
            )
            yield Concern(ID, CATEGORY, f"share {share.share}", found, some(share.not_kept.examples))
