"""Folders that a connection remembers."""

from __future__ import annotations

import pytest

from skyflytt.files import seen
from skyflytt.files.seen import SeenFolders


def test_what_is_forgotten_goes_with_all_below_it_and_nothing_beside_it() -> None:
    folders = SeenFolders()
    for path in ("år", "år/2024", "år/2024/maj", "år-arkiv", "hem"):
        folders.add(path)

    folders.forget("år")

    assert [path for path in ("år", "år/2024", "år/2024/maj", "år-arkiv", "hem") if path in folders] == [
        "år-arkiv",
        "hem",
    ]
    folders.forget_all()
    assert "hem" not in folders


def test_it_takes_a_bounded_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "MOST", 3)
    folders = SeenFolders()
    for path in ("a", "b", "c", "d"):
        folders.add(path)

    assert [path for path in ("a", "b", "c", "d") if path in folders] == ["d"]
