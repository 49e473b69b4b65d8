"""How messages came, in words."""

from __future__ import annotations

from skyflytt.mail.port import Way
from skyflytt.mail.ways import WORDS, counted, told


def test_every_way_has_its_words() -> None:
    assert set(WORDS) == {*Way, None}


def test_best_first_and_nothing_for_nothing() -> None:
    ways = {Way.MIME: 2, None: 1, Way.EXPORTED: 63, Way.BUILT: 0}
    assert counted(ways) == {"exported": 63, "mime": 2, "": 1}
    assert told(ways) == "63 came as exported FastTransfer streams, 2 as MIME alone, 1 before the way was noted"
    assert (counted({}), told({})) == ({}, "")
