"""Files above 2 GB and 250 GB."""

from __future__ import annotations

from skyflytt.concern.largest import Sized
from skyflytt.concern.sample import Sample
from skyflytt.concern.share_facts import ShareFacts
from tests.concern.given import facts, found


def test_the_largest_are_named() -> None:
    largest = (Sized("disk.vhdx", 300 * 1024**3), Sized("film.mp4", 3 * 1024**3), Sized("a.txt", 9))
    share = ShareFacts("homes", largest=largest, over_2_gb=Sample(2, ("a", "b")), over_250_gb=Sample(1, ("a",)))
    (concern,) = found("files_very_large", facts(share))
    assert concern.found == "2 files above 2 GB, 1 of them above 250 GB."
    assert concern.examples == ("disk.vhdx (322.1 GB)", "film.mp4 (3.2 GB)")


def test_nothing_when_all_are_smaller() -> None:
    assert not found("files_very_large", facts(ShareFacts("homes", largest=(Sized("a.txt", 9),))))
