"""The sample `from_the_future` of a share."""

from __future__ import annotations

from skyflytt.concern.sample import Sample
from skyflytt.concern.share_facts import ShareFacts
from tests.concern.given import facts, found


def test_figures_and_examples() -> None:
    (concern,) = found(
        "files_future", facts(ShareFacts("company", from_the_future=Sample(2, ("Ekonomi/a", "Ekonomi/b"))))
    )
    assert (concern.subject, concern.found) == ("share company", "2 files changed later than now.")
    assert concern.examples == ("Ekonomi/a", "Ekonomi/b")


def test_none() -> None:
    assert not found("files_future", facts(ShareFacts("company", files=3)))
