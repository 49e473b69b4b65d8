"""The plan of deletion is the one whose hash it has: `plan.json` and the list of each place's objects are hashed again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from skyflytt.evidence.checks.part import Part, judged, read, unknown
from skyflytt.evidence.lists import file_sha256
from skyflytt.evidence.write import PLAN


def check(folder: Path) -> Part:
    plan = read(folder, f"{PLAN}/plan.json")
    if not plan["places"]:
        return unknown("plan", "nothing is to be deleted")
    problems = [problem for place in plan["places"] for problem in _problems(folder, place)]
    record = folder / "deletion-record.json"
    if record.is_file() and read(folder, record.name)["plan_sha256"] != file_sha256(folder / PLAN / "plan.json"):
        problems.append("the deletion was made for another plan")
    objects = sum(place["objects"] for place in plan["places"])
    return judged("plan", problems, f"{objects} objects in {len(plan['places'])} places, by their hashes")


def _problems(folder: Path, place: dict[str, Any]) -> Iterator[str]:
    listed = folder / PLAN / f"{place['place'].replace(' ', '-', 1)}.jsonl"
    if not listed.is_file() or file_sha256(listed) != place["objects_sha256"]:
        yield f"the list of objects of {place['place']} is not the planned one"
        return
    with listed.open("rb") as lines:
        if sum(1 for _ in lines) != place["objects"]:
            yield f"the list of objects of {place['place']} has another length"
