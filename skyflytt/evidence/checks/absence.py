"""What was looked at from outside after the deletion, as the record tells it: a check that was not made stays UNKNOWN."""

from __future__ import annotations

from pathlib import Path

from skyflytt.decommission.absence import Verdict, worst
from skyflytt.evidence.checks.part import Part, read, unknown


def check(folder: Path) -> Part:
    if not (folder / "deletion-record.json").is_file():
        return unknown("absence", "nothing was certified")
    checks = read(folder, "deletion-record.json")["absence"]
    verdict = worst(Verdict(one["verdict"]) for one in checks)
    not_good = [
        f"{one['check']} of {one['place']}: {one['found']}" for one in checks if one["verdict"] != Verdict.PASS.value
    ]
    words = f"; and {len(not_good) - 3} more" if len(not_good) > 3 else ""
    return Part("absence", verdict, "; ".join(not_good[:3]) + words or f"{len(checks)} checks, all good")
