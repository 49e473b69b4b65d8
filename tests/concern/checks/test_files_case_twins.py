"""Names that differ in capitals only."""

from __future__ import annotations

from skyflytt.concern.sample import Sample
from skyflytt.concern.share_facts import ShareFacts
from tests.concern.given import facts, found


def test_twins_are_counted() -> None:
    (concern,) = found(
        "files_case_twins", facts(ShareFacts("company", case_twins=Sample(1, ("Offert (beside OFFERT)",))))
    )
    assert concern.found == "1 name in a folder that holds the same name in other capitals."
    assert concern.examples == ("Offert (beside OFFERT)",)


def test_nothing_without_any() -> None:
    assert not found("files_case_twins", facts(ShareFacts("company")))
