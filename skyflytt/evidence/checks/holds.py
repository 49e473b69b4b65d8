"""Every retention question was answered by somebody, with a reason, and none of the last answers is to keep."""

from __future__ import annotations

import json
from pathlib import Path

from skyflytt.decommission.holds import ANSWERED, HOLDS, HoldAnswer
from skyflytt.evidence.checks.part import Part, judged, read, unknown
from skyflytt.evidence.write import JOURNAL


def check(folder: Path) -> Part:
    if not read(folder, "deletions.json"):
        return unknown("holds", "nothing was deleted")
    answers = {}
    with (folder / JOURNAL).open(encoding="utf-8") as lines:
        for entry in map(json.loads, lines):
            if entry["action"] == ANSWERED:
                answers[entry["subject"]] = entry["data"]
    problems = [f"{hold} was not answered" for hold in HOLDS if not answers.get(hold, {}).get("reason")]
    problems += [f"{hold} has to be kept" for hold, data in answers.items() if data["answer"] == HoldAnswer.KEEP.value]
    return judged("holds", problems, f"{len(HOLDS)} questions, each answered by name")
