"""A host that only a person can change: what is to be done is told in lines that can be typed, and looked for at every name server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skyflytt.dns.hosts.changes import Changing, but_for_strings, check, exactly, shown
from skyflytt.dns.hosts.sight import Sight
from skyflytt.dns.hosts.to_type import to_type
from skyflytt.dns.port import Capabilities
from skyflytt.dns.zone import Change, RecordSet, Zone
from skyflytt.errors.dns import ChangeByHand, HostBusy, ZoneMoved

LOOK_AGAIN_S = 60.0
Key = tuple[str, str]
Found = Sequence[tuple[str, RecordSet | None]]
"""What each name server says."""


class ByHandHost:
    """One zone, seen through its name servers. `called` is what the host is called."""

    def __init__(self, origin: str, sight: Sight, called: str, min_ttl_s: int) -> None:
        self.origin = origin
        self.capabilities = Capabilities(called, writes=False, min_ttl_s=min_ttl_s)
        self._sight = sight
        self._changing = Changing(origin, but_for_strings)

    def read(self) -> Zone:
        """The whole zone where a name server gives a transfer; else what it answers to the names that are asked for."""
        return self._sight.zone()

    def change(self, changes: Sequence[Change], expected: Zone) -> None:
        """Changes nothing. Raises `ChangeByHand` while something is to be done, `HostBusy` while not every name server has it."""
        check(self.origin, changes, self.capabilities, expected)
        found = {one.key: self._sight.everywhere(one) for one in changes}
        self._refuse_moved(changes, found)
        todo = [one for one in changes if not any(_is(sets, one.after) for _, sets in found[one.key])]
        if todo:
            lines = [line for one in todo for line in to_type(self.origin, _rest(one, found[one.key]))]
            listed = "".join(f"\n  {line}" for line in lines)
            raise ChangeByHand(self.origin, f"{len(lines)} to do at {self.capabilities.name}:{listed}")
        late = {server for one in changes for server, sets in found[one.key] if not _is(sets, one.after)}
        if late:
            words = f"it is made, and not yet to be seen at {', '.join(sorted(late))}"
            raise HostBusy(self.origin, words, retry_after_s=LOOK_AGAIN_S)

    def close(self) -> None:
        """Nothing stays open between questions."""

    def _refuse_moved(self, changes: Sequence[Change], found: Mapping[Key, Found]) -> None:
        moved = [
            f"{' '.join(one.key)} was {shown(one.before)} and is {shown(sets)} at {server}"
            for one in changes
            for server, sets in found[one.key]
            if not _on_the_way(sets, one)
        ]
        if moved:
            raise ZoneMoved(self.origin, "; ".join(moved))


def _is(found: RecordSet | None, wanted: RecordSet | None) -> bool:
    return exactly(found, wanted) or but_for_strings(found, wanted)


def _rest(change: Change, found: Found) -> Change:
    """What is left of it at the name server that has most of it."""
    wanted = set(change.after.values) if change.after else set()

    def progress(one: RecordSet | None) -> int:
        there = set(one.values) if one else set()
        return len(there & wanted) - len(there - wanted)

    return Change(max((one for _, one in found), key=progress), change.after)


def _on_the_way(found: RecordSet | None, change: Change) -> bool:
    """A person makes one record after the other, in any order: nothing but old records and new ones may be there."""
    if _is(found, change.before) or _is(found, change.after) or found is None:
        return True
    known = {value for one in (change.before, change.after) if one for value in one.values}
    return set(found.values) <= known
