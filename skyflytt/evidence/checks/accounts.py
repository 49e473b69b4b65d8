"""Source = moved + skipped + failed for every workload, and the manifest has as many items of each fate as the account says."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from skyflytt.evidence.checks.part import Part, judged, read, unknown
from skyflytt.evidence.write import MANIFESTS

FATES = {"moved": "done", "skipped": "skipped", "failed": "failed"}


def check(folder: Path) -> Part:
    accounts = read(folder, "accounts.json")
    if not accounts:
        return unknown("accounts", "nothing was moved")
    problems = [problem for one in accounts for problem in _problems(folder, one)]
    total = sum(one["source"] or 0 for one in accounts)
    return judged("accounts", problems, f"{len(accounts)} add up; {total} items at the sources")


def _problems(folder: Path, account: dict[str, Any]) -> Iterator[str]:
    name = account["workload"]
    if account["source"] is None:
        yield f"{name} has no pass that ended"
        return
    if account["source"] != account["moved"] + account["skipped"] + account["failed"]:
        yield f"{name} does not add up"
    with (folder / MANIFESTS / f"{name.replace(' ', '-', 1)}.csv").open(encoding="utf-8", newline="") as file:
        states = Counter(row["state"] for row in csv.DictReader(file))
    for fate, state in FATES.items():
        if states[state] != account[fate]:
            yield f"{name}: {account[fate]} {fate}, and the manifest has {states[state]}"
