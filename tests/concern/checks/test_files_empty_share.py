"""A share without a file."""

from __future__ import annotations

from skyflytt.concern.share_facts import ShareFacts
from tests.concern.given import facts, found


def test_the_path_is_told() -> None:
    (concern,) = found("files_empty_share", facts(ShareFacts("homes", folders=2, excluded_items=3)))
    assert concern.found == "No file below homes, in 2 folders; 3 entries are excluded."


def test_one_file_is_enough() -> None:
    assert not found("files_empty_share", facts(ShareFacts("homes", files=1)))
