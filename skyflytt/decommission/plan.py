"""The plan of deletion: exactly which objects, in a form whose hash two people approve."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from skyflytt.decommission.exempt import exempt_places, why_exempt
from skyflytt.evidence.lists import HashedFile, WrittenFile, json_line
from skyflytt.ledger import items
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import State
from skyflytt.ledger.workloads import Workload, workloads

SOURCE_KINDS = ("mailbox", "share")
"""Kinds of workload whose items are listed at the system being left."""


@dataclass(frozen=True, slots=True)
class PlannedPlace:
    """One mailbox or share: all objects that the ledger knows at its source, told by one hash."""

    place: str
    objects: int
    bytes: int
    objects_sha256: str


@dataclass(frozen=True, slots=True)
class Plan:
    """`hash` covers the project, the places, and through them every object's key, version, size and state."""

    project: str
    places: tuple[PlannedPlace, ...]
    hash: str

    @property
    def objects(self) -> int:
        return sum(place.objects for place in self.places)

    @property
    def bytes(self) -> int:
        return sum(place.bytes for place in self.places)

    def place(self, label: str) -> PlannedPlace:
        """Raises KeyError when the plan has no such place."""
        for place in self.places:
            if place.place == label:
                return place
        raise KeyError(label)


def make_plan(ledger: Ledger, project: str) -> Plan:
    """The plan from what the ledger knows now; it changes with the ledger, and an approval holds for one hash only."""
    places = tuple(_planned(ledger, one) for one in planned_workloads(ledger, project))
    return Plan(project, places, hashlib.sha256(_content(project, places).encode()).hexdigest())


def write_plan(ledger: Ledger, project: str, folder: Path) -> list[WrittenFile]:
    """The plan as files: `plan.json`, whose SHA-256 is the hash that is approved, and a list of the objects of each place.

    A list's SHA-256 is the place's `objects_sha256`; its lines are key, version, bytes and state.
    """
    files, places = [], []
    for workload in planned_workloads(ledger, project):
        listed = HashedFile(folder / f"{workload.kind}-{workload.name}.jsonl")
        places.append(_planned(ledger, workload, listed))
        files.append(listed.finish())
    plan = HashedFile(folder / "plan.json")
    plan.write(_content(project, tuple(places)))
    return [*files, plan.finish()]


def planned_workloads(ledger: Ledger, project: str) -> list[Workload]:
    """The workloads whose sources are deleted."""
    of_a_source = (one for one in workloads(ledger, project) if one.kind in SOURCE_KINDS)
    return [one for one in of_a_source if not why_exempt(ledger, one)]


def nothing_to_delete(ledger: Ledger, project: str) -> bool:
    """Whether all that was moved came from sources that are left as they are."""
    return bool(exempt_places(ledger, project)) and not planned_workloads(ledger, project)


def _content(project: str, places: tuple[PlannedPlace, ...]) -> str:
    return json_line({"project": project, "places": [asdict(place) for place in places]})


def _planned(ledger: Ledger, workload: Workload, listed: HashedFile | None = None) -> PlannedPlace:
    sha256, objects, size = hashlib.sha256(), 0, 0
    for size_bytes, line in _objects(ledger, workload):
        sha256.update(line.encode())
        if listed is not None:
            listed.write(line)
        objects += 1
        size += size_bytes
    return PlannedPlace(workload.label, objects, size, sha256.hexdigest())


def _objects(ledger: Ledger, workload: Workload) -> Iterator[tuple[int, str]]:
    for item in items.stream(ledger, workload):
        if item.state is not State.GONE:
            yield item.size_bytes, json_line([item.key, item.version, item.size_bytes, item.state.value])
