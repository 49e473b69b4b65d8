"""What changed at a store since a token: told by a store that keeps a feed of its changes, as a reason to look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, cast

from skyflytt.files.walk import Listed, Unlisted


class FeedEndedError(Exception):
    """The token is not known any more, or what it leads to makes no sense: everything has to be listed anew."""


class Found(NamedTuple):
    """One entry of a folder. `ref` is what the feed calls it by, and stays the same as long as nothing is told of it."""

    ref: str
    listed: Listed | Unlisted


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be looked at again, by refs; `token` is what to ask with next time.

    `folders` are folders in which something changed, `entries` files and folders that changed where they were listed before, and
    `replaced` folders of which nothing is known any more, with all that was below them.
    """

    token: str
    folders: frozenset[str] = frozenset()
    entries: frozenset[str] = frozenset()
    replaced: frozenset[str] = frozenset()


class ChangeFeed(Protocol):
    """Of one folder and all below it. A change that comes after a token was given is told by it, sooner or later."""

    @property
    def place(self) -> str:
        """What it is about: a token of another place is of no use here."""
        ...

    @property
    def top(self) -> str:
        """The ref of the folder itself."""
        ...

    def now(self) -> str:
        """A token for what changes from now on."""
        ...

    def since(self, token: str) -> Told:
        """All that is told since `token`. Raises `FeedEndedError`."""
        ...

    def list_folder(self, ref: str) -> Sequence[Found]:
        """A folder as it is now. Raises `PathMissing` where it is not there."""
        ...


class TellsChanges(Protocol):
    """A store with `FileCapabilities.change_feed`."""

    def change_feed(self, below: str = "") -> ChangeFeed: ...


def change_feed(store: object, below: str = "") -> ChangeFeed:
    """As `TellsChanges.change_feed`; asked of stores that say that they have it."""
    return cast(TellsChanges, store).change_feed(below)
