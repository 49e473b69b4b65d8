"""Directories that do not answer."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts

ID = "directory.not-asked"
CATEGORY = Category.WARNING
TITLE = "A directory could not be asked"
MEANING = (
    "The directory of the old system could not be asked, so that nobody knows which accounts were forgotten and "
    "which licences are still paid for."
)
ADVICE = (
    "Have the account's rights or its secret corrected, then run the discovery again. The code names the failure "
    "(see the page of errors)."
)


def check(facts: Facts) -> Iterator[Concern]:
    for one in facts.around.directories:
        if one.failure_code is not None:
            found = f"{(one.failure or 'It could not be asked').rstrip('.')} [{one.failure_code}]."
            yield Concern(ID, CATEGORY, f"directory {one.directory}", found)
