"""Rights that a folder has of its own."""

from __future__ import annotations

from skyflytt.concern.sample import Sample
from skyflytt.concern.share_facts import ShareFacts
from tests.concern.given import facts, found


def test_they_are_counted() -> None:
    share = ShareFacts("company", own_rights_folders=Sample(2, ("Avtal", "Löner")))
    (concern,) = found("files_folder_permissions", facts(share))
    assert concern.found == "2 folders with other rights than the folder above."
    assert concern.examples == ("Avtal", "Löner")


def test_nothing_without_any() -> None:
    assert not found("files_folder_permissions", facts(ShareFacts("company")))
