"""What the account may not read."""

from __future__ import annotations

from skyflytt.concern.concern import Category
from skyflytt.concern.sample import Sample
from skyflytt.concern.share_facts import ShareFacts
from tests.concern.given import facts, found


def test_it_is_critical() -> None:
    (concern,) = found(
        "files_unreadable", facts(ShareFacts("homes", unreadable=Sample(1, ("Löner/ (files.path-refused)",))))
    )
    assert concern.category is Category.CRITICAL
    assert concern.found == "1 entry cannot be read."


def test_nothing_when_all_is_read() -> None:
    assert not found("files_unreadable", facts(ShareFacts("homes")))
