"""What is passed between the thread that keeps the ledger and the workers that look and copy."""

from __future__ import annotations

from dataclasses import dataclass, replace

from skyflytt.errors.base import Failure
from skyflytt.files.listing import entry_of
from skyflytt.files.names.places import Places
from skyflytt.files.port import Entry
from skyflytt.files.symlinks import at_places
from skyflytt.ledger.items import Done, Item, Seen
from skyflytt.ledger.schema import Intent


@dataclass(frozen=True, slots=True)
class Work:
    """One open item: `entry` at the source, `place` its reference at the target (folders end in a slash), `intent` once announced.

    `folded` is the place as the target compares names, `partial` the temporary name of a copy; `is_there` says that its copy is at
    this place as far as the target can tell, though it may be spelled otherwise.
    """

    item: Item
    entry: Entry
    place: str
    folded: str
    partial: str
    is_there: bool
    intent: Intent | None = None

    @property
    def path(self) -> str:
        """Where it goes at the target."""
        return self.place.rstrip("/")

    def announced(self, intent: Intent) -> Work:
        return replace(self, intent=intent)


def work_of(item: Item, places: Places) -> Work:
    """The work that an item is."""
    place, entry = places.of(item.key), entry_of(item.key, item.version, item.size_bytes)
    if entry.link is not None:
        entry = replace(entry, link=at_places(item.key, entry.link, places.of))
    is_there = item.target_ref is not None and places.same(item.target_ref, place)
    return Work(item, entry, place, places.fold(place), places.partial(place.rstrip("/"), entry), is_there)


@dataclass(frozen=True, slots=True)
class Needs:
    """Looked at: this is to be announced and then done."""

    work: Work
    intent: Intent


@dataclass(frozen=True, slots=True)
class Skipped:
    """Left out on purpose."""

    key: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The item's own failure."""

    key: str
    failure: Failure


@dataclass(frozen=True, slots=True)
class Moving:
    """The file changed or was in use while it was read: `seen` is what it is now, to be tried again a little later."""

    item: Item
    seen: Seen
    failure: Failure


@dataclass(frozen=True, slots=True)
class Unknown:
    """The server asked us to wait: it is not known what became of these."""

    works: tuple[Work, ...]
    failure: Failure


@dataclass(frozen=True, slots=True)
class Found:
    """An item that was cut off, looked up: the reference of its copy, or None."""

    item: Item
    ref: str | None


@dataclass(frozen=True, slots=True)
class Ends:
    """What ends the whole pass; it comes last."""

    failure: Failure


Outcome = Done | Needs | Skipped | Failed | Moving | Unknown | Found | Ends
