"""For each drop there is a receipt with the manifest's digest, or somebody waived it by name; and the drop is shown to be closed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from skyflytt.evidence.checks.part import Part, judged, read, unknown


def check(folder: Path) -> Part:
    drops = read(folder, "drops.json")
    if not drops:
        return unknown("receipts", "there was no drop")
    waived = {one["subject"].removeprefix("waiver:") for one in read(folder, "approvals.json")}
    problems = [problem for one in drops for problem in _problems(one, waived)]
    return judged("receipts", problems, f"{len(drops)} drops closed, each received or waived by name")


def _problems(drop: dict[str, Any], waived: set[str]) -> Iterator[str]:
    if drop["state"] != "closed" or not drop["closure_proof"]:
        yield f"{drop['name']} is not shown to be closed"
    if drop["receipt"]:
        told = json.loads(drop["receipt"]).get("digest")
        if told is not None and told != drop["manifest_digest"]:
            yield f"the receipt for {drop['name']} is for another manifest"
    elif drop["name"] not in waived:
        yield f"there is neither receipt nor waiver for {drop['name']}"
