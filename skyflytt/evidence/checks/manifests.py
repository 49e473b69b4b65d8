"""Both forms of each manifest tell the same, and every workload of the accounts has one."""

from __future__ import annotations

from pathlib import Path

from skyflytt.evidence.check import unequal
from skyflytt.evidence.checks.part import Part, judged, read, unknown
from skyflytt.evidence.write import MANIFESTS


def check(folder: Path) -> Part:
    named = [one["workload"].replace(" ", "-", 1) for one in read(folder, "accounts.json")]
    if not named:
        return unknown("manifests", "nothing was moved")
    problems = [
        f"there is no manifest of {name}" for name in named if not (folder / MANIFESTS / f"{name}.csv").is_file()
    ]
    for path in sorted((folder / MANIFESTS).glob("*.csv")):
        problems += unequal(path, path.with_suffix(".jsonl"))
    return judged("manifests", problems, f"{len(named)}, each told twice alike")
