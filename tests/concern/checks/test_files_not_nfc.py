"""Names whose letters are taken apart."""

from __future__ import annotations

from skyflytt.concern.sample import Sample
from skyflytt.concern.share_facts import ShareFacts
from tests.concern.given import facts, found


def test_twins_come_first() -> None:
    share = ShareFacts("homes", not_nfc=Sample(2, ("a", "b")), form_twins=Sample(1, ("b (beside b)",)))
    (concern,) = found("files_not_nfc", facts(share))
    assert concern.found == "2 names are not in Unicode NFC; 1 name stands beside a twin in the other form."
    assert concern.examples == ("b (beside b)", "a", "b")


def test_nothing_without_any() -> None:
    assert not found("files_not_nfc", facts(ShareFacts("homes")))
