"""Files that were changed later than now."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "files.from-the-future"
CATEGORY = Category.WARNING
TITLE = "Files from the future"
MEANING = (
    "Their time of modification lies ahead of the present: a camera, a program or a server had a wrong clock. A "
    "pass that goes by size and time may miss the next change of such a file, and backups by date keep it for ever."
)
ADVICE = (
    "See that the clock of the old server is right. Set `detect: digest` or `token` for the share if such files are "
    "still worked on."
)


def check(facts: Facts) -> Iterator[Concern]:
    for share in facts.shares:
        if share.from_the_future:
            found = f"{count(share.from_the_future.total, 'file')} changed later than now."
            yield Concern(ID, CATEGORY, f"share {share.share}", found, some(share.from_the_future.examples))
