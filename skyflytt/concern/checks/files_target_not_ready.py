"""File servers of the new home that do not let us in."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts

ID = "files.target-not-ready"
CATEGORY = Category.CRITICAL
TITLE = "The new file server cannot be opened"
MEANING = "The server that the share goes to could not be opened during discovery. No pass can bring anything there."
ADVICE = (
    "Have the server set up and its secret stored, then run the discovery again. The code names the failure (see "
    "the page of errors)."
)


def check(facts: Facts) -> Iterator[Concern]:
    for share in facts.shares:
        target = share.target
        if target is not None and not target.reachable:
            found = f"{(target.failure or 'It could not be opened').rstrip('.')} [{target.failure_code}]."
            yield Concern(ID, CATEGORY, f"share {share.share}", found)
