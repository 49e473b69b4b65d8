"""Files that others may use than their folder says."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "files.file-permissions"
CATEGORY = Category.WARNING
TITLE = "Files with rights of their own"
MEANING = (
    "Somebody may read or write these files whom their folder does not allow to, or the other way round. At the target a file has the "
    "rights of its folder: who could not open it may be able to."
)
ADVICE = (
    "Look at permissions-SHARE.csv, in the folder of the discovery. Move files that few may see into a folder of their own, and set the "
    "rights there."
)


def check(facts: Facts) -> Iterator[Concern]:
    for share in facts.shares:
        if share.own_rights_files:
            found = f"{count(share.own_rights_files.total, 'file')} with other rights than their folders give."
            yield Concern(ID, CATEGORY, f"share {share.share}", found, some(share.own_rights_files.examples))
