"""What stands in the columns that take one of a few words."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """What a pass may do at the target: `mirror` before cutover, `append` after it, for good."""

    MIRROR = "mirror"
    APPEND = "append"


class State(StrEnum):
    """Where an item stands; `seen` and `started` are open, and no pass ends with open items."""

    SEEN = "seen"
    STARTED = "started"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"
    GONE = "gone"
    """No longer at the source; kept, since its copy at the target may still be there."""


class Intent(StrEnum):
    """The side effect that a `started` item announces."""

    PUT = "put"
    REPLACE = "replace"
    MOVE = "move"
    REMOVE = "remove"


class Verified(StrEnum):
    """How the target's copy was compared with the source, strongest first."""

    BYTES = "byte-identical"
    DIGEST = "digest"
    FINGERPRINT = "fingerprint"
    SIZE = "size"
    PRESENCE = "presence"
    """A folder: it is there."""
    STALE = "stale"
    """Not any more: the source's content was edited since. No item is done with it."""


class Origin(StrEnum):
    """Who put the copy at the target: this project, or somebody before it. Only `put` may ever be removed."""

    PUT = "put"
    FOUND = "found"
