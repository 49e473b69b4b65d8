"""Exclusions that cover a large part of a workload."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import size

ID = "scope.much-left-out"
CATEGORY = Category.WARNING
TITLE = "Much is left out"
MEANING = (
    "The exclusions of the project file leave out more than a fifth of what the mailbox or share holds. It is "
    "counted as skipped, and erased with the old system."
)
ADVICE = "Show the customer what is left out, and have it confirmed in writing, or narrow the patterns."

PART = 0.2
LEAST_BYTES = 10_000_000
"""Less than that is a matter of a few messages or files."""


def check(facts: Facts) -> Iterator[Concern]:
    for label, left, whole in (*_mail(facts), *_files(facts)):
        if left > LEAST_BYTES and left > PART * whole:
            yield Concern(ID, CATEGORY, label, f"{size(left)} of {size(whole)} ({left * 100 // whole} %) are excluded.")


def _mail(facts: Facts) -> Iterator[tuple[str, int, int]]:
    for mailbox in facts.mailboxes:
        left = sum(folder.size_bytes for folder in mailbox.folders if folder.excluded)
        yield f"mailbox {mailbox.mailbox}", left, mailbox.size_bytes


def _files(facts: Facts) -> Iterator[tuple[str, int, int]]:
    for share in facts.shares:
        yield f"share {share.share}", share.excluded_bytes, share.size_bytes + share.excluded_bytes
