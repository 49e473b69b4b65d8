"""The sample `open_now` of a share."""

from __future__ import annotations

from skyflytt.concern.sample import Sample
from skyflytt.concern.share_facts import ShareFacts
from tests.concern.given import facts, found


def test_figures_and_examples() -> None:
    (concern,) = found("files_open_now", facts(ShareFacts("company", open_now=Sample(2, ("Ekonomi/a", "Ekonomi/b")))))
    assert (concern.subject, concern.found) == ("share company", "2 marks of a file that somebody has open.")
    assert concern.examples == ("Ekonomi/a", "Ekonomi/b")


def test_none() -> None:
    assert not found("files_open_now", facts(ShareFacts("company", files=3)))
