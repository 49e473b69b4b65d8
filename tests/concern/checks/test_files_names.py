"""Names that Windows or SharePoint cannot keep."""

from __future__ import annotations

from skyflytt.concern.sample import Sample
from skyflytt.concern.share_facts import ShareFacts
from tests.concern.given import facts, found


def test_the_rules_are_counted_and_say_whose_they_are() -> None:
    share = ShareFacts(
        "company",
        names_refused=Sample(3, ("a?.txt", "b.", " c")),
        refused_names={
            "leading-space": Sample(1, (" c",)),
            "reserved-character": Sample(2, ("a?.txt", "b?.")),
            "trailing-dot": Sample(1, ("b?.",)),
        },
    )
    (concern,) = found("files_names", facts(share))
    assert concern.found == (
        '3 names: 2 that hold one of " * : < > ? \\ | (Windows and SharePoint); 1 that begin with a space (SharePoint); '
        "1 that end in a full stop (Windows and SharePoint)."
    )
    assert concern.examples == ("a?.txt", "b.", " c")


def test_nothing_for_ordinary_names() -> None:
    assert not found("files_names", facts(ShareFacts("company")))
