"""Every planned place was deleted and found empty, in two phases, and the record says what the ledger's rows and the journal say."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from skyflytt.evidence.checks.part import Part, judged, read, unknown
from skyflytt.evidence.lists import file_sha256
from skyflytt.evidence.write import JOURNAL, PLAN


def check(folder: Path) -> Part:
    rows = read(folder, "deletions.json")
    if not rows:
        return unknown("deletions", "nothing was deleted")
    if not (folder / "deletion-record.json").is_file():
        return judged("deletions", ["a deletion has begun, and there is no record of its end"], "")
    record = read(folder, "deletion-record.json")
    problems = list(_problems(folder, rows, record))
    return judged("deletions", problems, f"{record['objects']} objects deleted, {record['remaining']} seen afterwards")


def _problems(folder: Path, rows: list[dict[str, Any]], record: dict[str, Any]) -> Iterator[str]:
    planned = {one["place"]: one for one in read(folder, f"{PLAN}/plan.json")["places"]}
    if set(planned) != {row["place"] for row in rows}:
        yield "the places that were deleted are not the planned ones"
    plan_hash = file_sha256(folder / PLAN / "plan.json")
    for row in rows:
        if row["state"] != "completed" or row["remaining"] != 0:
            yield f"the deletion of {row['place']} is not completed"
        if row["plan_hash"] != plan_hash or row["planned"] != planned.get(row["place"], {}).get("objects"):
            yield f"{row['place']} was deleted for another plan"
    if record["objects"] != sum(row["planned"] for row in rows) or record["remaining"] != 0:
        yield "the record counts otherwise"
    acts = _acts(folder)
    for row in rows:
        if not acts["deletion-started", row["place"]] or not acts["deletion-completed", row["place"]]:
            yield f"the journal does not tell of both phases of {row['place']}"


def _acts(folder: Path) -> Counter[tuple[str, str]]:
    with (folder / JOURNAL).open(encoding="utf-8") as lines:
        return Counter((entry["action"], entry["subject"]) for entry in map(json.loads, lines))
