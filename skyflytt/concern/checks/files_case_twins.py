"""Names that differ in capitals only."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "files.case-twins"
CATEGORY = Category.WARNING
TITLE = "Names that differ in capitals only"
MEANING = (
    "Within one folder there are names that Windows, macOS, SharePoint and Dropbox take for the same. Of such files only one can be "
    "opened there; of such folders, one hides the other's content."
)
ADVICE = "Have their owners rename or merge them at the source before the last pass."


def check(facts: Facts) -> Iterator[Concern]:
    for share in facts.shares:
        if share.case_twins:
            found = f"{count(share.case_twins.total, 'name')} in a folder that holds the same name in other capitals."
            yield Concern(ID, CATEGORY, f"share {share.share}", found, some(share.case_twins.examples))
