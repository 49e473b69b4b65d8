"""What a pack tells, part by part. Each is a file with `check(folder)`: its verdict, with a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from skyflytt.evidence.checks import (
    absence,
    accounts,
    approvals,
    deletions,
    holds,
    journal,
    manifests,
    plan,
    receipts,
    warnings,
)
from skyflytt.evidence.checks.part import Part

CHECKS: Mapping[str, Callable[[Path], Part]] = {
    "journal": journal.check,
    "manifests": manifests.check,
    "accounts": accounts.check,
    "receipts": receipts.check,
    "holds": holds.check,
    "plan": plan.check,
    "approvals": approvals.check,
    "warnings": warnings.check,
    "deletions": deletions.check,
    "absence": absence.check,
}
