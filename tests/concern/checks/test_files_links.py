"""Links and special files."""

from __future__ import annotations

from skyflytt.concern.sample import Sample
from skyflytt.concern.share_facts import ShareFacts
from tests.concern.given import facts, found


def test_both_are_counted() -> None:
    share = ShareFacts("company", links=Sample(2, ("Genväg", "Ritningar/aktuell")), other_kinds=Sample(1, ("kö.fifo",)))
    (concern,) = found("files_links", facts(share))
    assert concern.found == "2 symbolic links and 1 special file are not moved."
    assert concern.examples == ("Genväg", "Ritningar/aktuell", "kö.fifo")


def test_nothing_without_any() -> None:
    assert not found("files_links", facts(ShareFacts("company")))
