"""Where each path of a share is at its target, from the ledger: what was called otherwise once is so for good."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from posixpath import dirname

from skyflytt.files.copy import PARTIAL_LENGTH, partial_path
from skyflytt.files.names.check import Namespace
from skyflytt.files.names.rule import length
from skyflytt.files.port import Entry
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.renamed import Renamed, all_renamed
from skyflytt.ledger.workloads import Workload


@dataclass(slots=True)
class Places:
    """`space` is None where names are kept as they are. Memory grows with what is called otherwise only."""

    space: Namespace | None = None
    _renamed: dict[str, str] = field(default_factory=dict)
    _folded: set[str] = field(default_factory=set)

    def add(self, renamed: Iterable[Renamed]) -> None:
        for one in renamed:
            self._renamed[one.path] = one.place
            self._folded.add(self.fold(one.place))

    def of(self, key: str) -> str:
        """The place of an entry by its key; it ends in a slash if the key does."""
        above = self.decided_at(key)
        return key if above is None else self._renamed[above] + key[len(above) :]

    def decided_at(self, key: str) -> str | None:
        """The path that its place comes from: its own, or that of the nearest folder above that is called otherwise; None for neither."""
        if not self._renamed:
            return None
        path = key.rstrip("/")
        at = len(path)
        while at > 0:
            if path[:at] in self._renamed:
                return path[:at]
            at = path.rfind("/", 0, at)
        return None

    def other_name(self, path: str) -> str | None:
        """The place of a path whose own name is another one there; None when its name is kept, or not decided yet."""
        return self._renamed.get(path)

    def is_taken(self, folded: str) -> bool:
        """Whether a place, folded, is that of something that is called otherwise."""
        return folded in self._folded

    @property
    def folds(self) -> bool:
        """Whether two places that are written differently can be the same to the target."""
        return self.space is not None and (self.space.rules.ignores_case or self.space.rules.ignores_form)

    def fold(self, place: str) -> str:
        """Two places with the same answer are the same to the target."""
        return self.space.fold(place) if self.space else place

    def same(self, place: str, other: str) -> bool:
        """Whether the target takes two places for one, as it does where only capitals differ."""
        return place == other or self.fold(place) == self.fold(other)

    def partial(self, place: str, entry: Entry) -> str:
        """The temporary name of a copy: beside its place, or in the nearest folder above where the path is not too long for it."""
        beside = partial_path(place, entry)
        name, folder = beside.rpartition("/")[2], dirname(place)
        while folder and not self._has_room(folder):
            folder = dirname(folder)
        return f"{folder}/{name}" if folder else name

    def _has_room(self, folder: str) -> bool:
        if self.space is None:
            return True
        path = f"{self.space.prefix}{folder}/"
        return all(length(path, rule.unit) + PARTIAL_LENGTH <= rule.most for rule in self.space.room("path"))


def places_of(ledger: Ledger, workload: Workload, space: Namespace | None) -> Places:
    """The places that were decided so far."""
    places = Places(space)
    places.add(all_renamed(ledger, workload))
    return places
