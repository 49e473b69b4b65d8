"""How a mailbox's messages came, in words."""

from __future__ import annotations

from collections.abc import Mapping

from skyflytt.mail.port import Way

WORDS: Mapping[Way | None, str] = {
    Way.EXPORTED: "as exported FastTransfer streams",
    Way.BUILT: "with the properties that the source names",
    Way.MIME: "as MIME alone",
    None: "before the way was noted",
}


def counted(ways: Mapping[Way | None, int]) -> dict[str, int]:
    """By the way's own name, best first; "" where it was not noted. For reports that programs read."""
    return {way.value if way else "": ways[way] for way in WORDS if ways.get(way)}


def told(ways: Mapping[Way | None, int]) -> str:
    """`63 came as exported FastTransfer streams, 2 as MIME alone`; empty where nothing came."""
    parts = [f"{ways[way]} {words}" for way, words in WORDS.items() if ways.get(way)]
    return f"{parts[0].replace(' ', ' came ', 1)}{''.join(f', {part}' for part in parts[1:])}" if parts else ""
