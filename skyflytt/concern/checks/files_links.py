"""Symbolic links, which are left behind."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "files.links-left-behind"
CATEGORY = Category.WARNING
TITLE = "Links and special files stay behind"
MEANING = (
    "Symbolic links, pipes, sockets and devices are listed and counted as skipped. What a link points to is moved only where it lies. "
    "Links that lead out of the share are never followed."
)
ADVICE = (
    "Find out what the links are for. With `symlinks: follow-inside` a share has copies of what they lead to, with `symlinks: keep` the "
    "links themselves; what lies outside the share is to be copied by its own path."
)


def check(facts: Facts) -> Iterator[Concern]:
    for share in facts.shares:
        links, others = share.links, share.other_kinds
        if links or others:
            found = f"{count(links.total, 'symbolic link')} and {count(others.total, 'special file')} are not moved."
            yield Concern(ID, CATEGORY, f"share {share.share}", found, some((*links.examples, *others.examples)))
