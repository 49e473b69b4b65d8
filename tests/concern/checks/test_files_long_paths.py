"""Paths above 250 and 400 characters."""

from __future__ import annotations

from skyflytt.concern.sample import NOTHING, Sample
from skyflytt.concern.share_facts import Long, ShareFacts
from tests.concern.given import facts, found


def test_the_longest_come_first_and_none_twice() -> None:
    share = ShareFacts(
        "company",
        longest_path=Long("very long", 512, 512, 530),
        paths_over_250=Sample(2, ("long", "very long")),
        paths_over_400=Sample(1, ("very long",)),
    )
    (concern,) = found("files_long_paths", facts(share))
    assert concern.found == "2 paths longer than 250 characters, 1 of them longer than 400; the longest has 512."
    assert concern.examples == ("very long", "long")


def test_nothing_below_250() -> None:
    assert not found(
        "files_long_paths", facts(ShareFacts("company", longest_path=Long("a", 1, 1, 1), paths_over_250=NOTHING))
    )
