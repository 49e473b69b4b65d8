"""Folders that others may use than the folder above them."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "files.folder-permissions"
CATEGORY = Category.ADVISORY
TITLE = "Folders with rights of their own"
MEANING = (
    "Owner, group or access list of these folders differ from those of the folder above. Rights are told, and not carried over: "
    "accounts and groups are others at the target."
)
ADVICE = (
    "Set the rights at the target from permissions-SHARE.csv, in the folder of the discovery, before people work there."
)


def check(facts: Facts) -> Iterator[Concern]:
    for share in facts.shares:
        if share.own_rights_folders:
            found = f"{count(share.own_rights_folders.total, 'folder')} with other rights than the folder above."
            yield Concern(ID, CATEGORY, f"share {share.share}", found, some(share.own_rights_folders.examples))
