"""The plan of deletion: exactly which objects, in a form whose hash two people approve."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass

from skyflytt.decommission.exempt import exempt_places, why_exempt
from skyflytt.evidence.lists import json_line
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
    content = {"project": project, "places": [asdict(place) for place in places]}
    return Plan(project, places, hashlib.sha256(json_line(content).encode()).hexdigest())


def planned_workloads(ledger: Ledger, project: str) -> list[Workload]:
    """The workloads whose sources are deleted."""
    of_a_source = (one for one in workloads(ledger, project) if one.kind in SOURCE_KINDS)
    return [one for one in of_a_source if not why_exempt(ledger, one)]


def nothing_to_delete(ledger: Ledger, project: str) -> bool:
    """Whether all that was moved came from sources that are left as they are."""
    return bool(exempt_places(ledger, project)) and not planned_workloads(ledger, project)


def _planned(ledger: Ledger, workload: Workload) -> PlannedPlace:
    sha256, objects, size = hashlib.sha256(), 0, 0
    for item in items.stream(ledger, workload):
        if item.state is State.GONE:
            continue
        sha256.update(json_line([item.key, item.version, item.size_bytes, item.state.value]).encode())
        objects += 1
        size += item.size_bytes
    return PlannedPlace(workload.label, objects, size, sha256.hexdigest())
