"""Shares that are mostly old."""

from __future__ import annotations

from skyflytt.concern.share_facts import ShareFacts
from tests.concern.given import facts, found


def test_more_than_half() -> None:
    share = ShareFacts("company", files=10, size_bytes=5_000_000_000, old_files=7, old_bytes=3_000_000_000)
    (concern,) = found("files_untouched", facts(share))
    assert concern.found == "7 files, 3.0 GB (60 %), not changed for 5 years."


def test_less_than_half_or_little() -> None:
    assert not found("files_untouched", facts(ShareFacts("company", size_bytes=9_000_000_000, old_bytes=3_000_000_000)))
    assert not found("files_untouched", facts(ShareFacts("company", size_bytes=1_000, old_bytes=1_000)))
