"""The longest of many paths or names."""

from __future__ import annotations

from skyflytt.concern.names import units
from skyflytt.concern.share_facts import Long
from skyflytt.files.paths import readable


class Longest:
    """Keeps the longest text offered, in characters; among equals, the first."""

    def __init__(self) -> None:
        self._text = ""

    def offer(self, text: str) -> None:
        if len(text) > len(self._text):
            self._text = text

    @property
    def long(self) -> Long | None:
        text = self._text
        return Long(readable(text), len(text), units(text), len(text.encode())) if text else None
