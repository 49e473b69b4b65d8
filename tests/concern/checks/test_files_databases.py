"""The sample `databases` of a share."""

from __future__ import annotations

from skyflytt.concern.sample import Sample
from skyflytt.concern.share_facts import ShareFacts
from tests.concern.given import facts, found


def test_figures_and_examples() -> None:
    (concern,) = found("files_databases", facts(ShareFacts("company", databases=Sample(2, ("Ekonomi/a", "Ekonomi/b")))))
    assert (concern.subject, concern.found) == ("share company", "2 files that look like databases.")
    assert concern.examples == ("Ekonomi/a", "Ekonomi/b")


def test_none() -> None:
    assert not found("files_databases", facts(ShareFacts("company", files=3)))
