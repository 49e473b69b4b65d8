"""Folders with very many entries, in the order of a scan."""

from __future__ import annotations

from skyflytt.concern.crowded import Crowded


def test_entries_directly_in_a_folder_count() -> None:
    crowded = Crowded(3)
    for folder in ("", "", "a", "a", "a/b", "a/b", "a/b", "a/b", "a", "a", "", "ab", ""):
        crowded.take(folder)
    assert crowded.sample().examples == ("a/b (4 entries)", "a (4 entries)", "the top (4 entries)")


def test_exactly_so_many_are_not_too_many() -> None:
    crowded = Crowded(3)
    for _ in range(3):
        crowded.take("a")
    assert not crowded.sample()
