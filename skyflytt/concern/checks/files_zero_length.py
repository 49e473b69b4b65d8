"""Files of no bytes."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "files.zero-length"
CATEGORY = Category.ADVISORY
TITLE = "Empty files"
MEANING = (
    "They are copied as they are. Many in one place tell of a disk that was full, of a broken synchronisation, or "
    "of files that lie in a cloud and show here as a name alone."
)
ADVICE = "Look at the examples. Where content should be in them, look for it in the backups before the old system goes."


def check(facts: Facts) -> Iterator[Concern]:
    for share in facts.shares:
        if share.empty:
            found = f"{count(share.empty.total, 'file')} without a byte."
            yield Concern(ID, CATEGORY, f"share {share.share}", found, some(share.empty.examples))
