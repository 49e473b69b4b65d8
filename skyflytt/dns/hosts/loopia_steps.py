"""The calls that lead from one set to another, always in the same order, and the sets that a kill between two of them leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from skyflytt.dns.hosts.changes import but_for_strings
from skyflytt.dns.zone import Change, RecordSet

ADD, UPDATE, REMOVE = "addZoneRecord", "updateZoneRecord", "removeZoneRecord"


@dataclass(frozen=True, slots=True, order=True)
class Held:
    """One record as the host holds it."""

    value: str
    ttl_s: int
    record_id: int


@dataclass(frozen=True, slots=True)
class Step:
    """One call: which record it is about, and the data that this one then has."""

    method: str
    record_id: int | None = None
    value: str | None = None


def steps(change: Change, there: Sequence[Held]) -> Iterator[Step]:
    """From whatever is there to the set as it is to be. A record whose data stays gets its TTL, others take new data in place, then come
    additions, and removals last: at no time is there less than before."""
    kind, after = change.key[1], change.after
    wanted = list(after.values) if after else []
    over = []
    for one in sorted(there):
        value = next((value for value in wanted if _same_data(kind, value, one.value)), None)
        if value is None:
            over.append(one)
            continue
        wanted.remove(value)
        if after and one.ttl_s != after.ttl_s:
            yield Step(UPDATE, one.record_id, value)
    yield from (Step(UPDATE, one.record_id, value) for one, value in zip(over, wanted, strict=False))
    yield from (Step(ADD, None, value) for value in wanted[len(over) :])
    yield from (Step(REMOVE, one.record_id) for one in over[len(wanted) :])


def is_midway(found: RecordSet | None, change: Change) -> bool:
    """Whether a kill between two calls for this set could have left it so."""
    return any(but_for_strings(found, state) for state in _states(change))


def _states(change: Change) -> Iterator[RecordSet | None]:
    before = change.before
    held = [Held(value, before.ttl_s, number) for number, value in enumerate(before.values)] if before else []
    ttl = change.after.ttl_s if change.after else 0
    for number, step in enumerate(list(steps(change, held)), start=len(held)):
        held = [one for one in held if one.record_id != step.record_id]
        if step.value is not None:
            held.append(Held(step.value, ttl, number if step.record_id is None else step.record_id))
        yield _set_of(change, held)


def _set_of(change: Change, held: Sequence[Held]) -> RecordSet | None:
    values = tuple(sorted(one.value for one in held))
    return RecordSet(*change.key, min(one.ttl_s for one in held), values) if held else None


def _same_data(kind: str, one: str, other: str) -> bool:
    return but_for_strings(RecordSet("", kind, 0, (one,)), RecordSet("", kind, 0, (other,)))
