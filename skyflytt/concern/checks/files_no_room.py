"""File servers of the new home without room for what comes."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.share_facts import ShareFacts
from skyflytt.concern.words import count, size

ID = "files.no-room-at-target"
CATEGORY = Category.CRITICAL
TITLE = "The new file server is too small"
MEANING = (
    "All shares that go to this server together take more than it has free, as it tells itself. Passes stop when "
    "its disk is full, and so does whoever works there."
)
ADVICE = (
    "Have the disk or quota enlarged, with room for a year of growth. Where an earlier pass has brought most of it "
    "already, look at how much is left to come."
)


def check(facts: Facts) -> Iterator[Concern]:
    shares: dict[str, list[ShareFacts]] = {}
    for share in facts.shares:
        if share.target is not None and share.target.free_bytes is not None:
            shares.setdefault(facts.project.share(share.share).target.server, []).append(share)
    for server, coming in sorted(shares.items()):
        total, free = sum(one.size_bytes for one in coming), min(_free(one) for one in coming)
        if total > free:
            found = f"{size(total)} of {count(len(coming), 'share')} go there, and it has {size(free)} left."
            yield Concern(
                ID, CATEGORY, f"server {server}", found, some(f"{one.share} ({size(one.size_bytes)})" for one in coming)
            )


def _free(share: ShareFacts) -> int:
    assert share.target is not None
    return share.target.free_bytes or 0
