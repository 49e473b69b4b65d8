"""Two different people approved the very plan that is in the pack, before anything was deleted, and the journal says so too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from skyflytt.evidence.checks.part import Part, judged, read, unknown
from skyflytt.evidence.lists import file_sha256
from skyflytt.evidence.write import JOURNAL, PLAN
from skyflytt.playbook.approvals import deletion_of, same_person


def check(folder: Path) -> Part:
    deletions = read(folder, "deletions.json")
    if not deletions:
        return unknown("approvals", "nothing was deleted")
    subject = deletion_of(file_sha256(folder / PLAN / "plan.json"))
    given = [one for one in read(folder, "approvals.json") if one["subject"] == subject]
    begun = min(datetime.fromisoformat(one["started_at"]) for one in deletions)
    before = {same_person(one["approver"]) for one in given if datetime.fromisoformat(one["at"]) <= begun}
    problems = [] if len(before) >= 2 else [f"{len(before)} of two different people approved it before it began"]
    journalled = set(_journalled(folder, subject))
    problems += [
        f"the journal has no approval of {one['approver']}" for one in given if one["approver"] not in journalled
    ]
    return judged("approvals", problems, f"{len(before)} different people approved the plan")


def _journalled(folder: Path, subject: str) -> Iterator[str]:
    with (folder / JOURNAL).open(encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            if (entry["action"], entry["subject"]) == ("approved", subject):
                yield entry["actor"]
