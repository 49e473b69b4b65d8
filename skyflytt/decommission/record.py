"""The deletion record: what was erased, when, on whose word. Counts, bytes, hashes and times; no customer data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from skyflytt.decommission.absence import Verdict, checks_made, worst
from skyflytt.decommission.copies import ResidualCopy, as_json
from skyflytt.decommission.countdown import countdown
from skyflytt.decommission.erase import Deletion, deletions
from skyflytt.decommission.exempt import exempt_places
from skyflytt.decommission.holds import hold_answers
from skyflytt.decommission.plan import planned_workloads
from skyflytt.errors.decommission import NotCertified
from skyflytt.evidence.lists import HashedFile, WrittenFile
from skyflytt.ledger.ledger import Ledger
from skyflytt.playbook.approvals import approvals, deletion_of
from skyflytt.version import VERSION

METHOD = "logical deletion and verified absence"
LIMITS = (
    "The objects were deleted through the source systems' own interfaces and their absence was seen in a new listing. "
    "This is no media sanitisation; backups and media of the provider are outside of it."
)


def deletion_record(
    ledger: Ledger, project: str, roles: Mapping[str, str] | None = None, copies: Sequence[ResidualCopy] = ()
) -> dict[str, Any]:
    """The record of all of the project's deletions; `roles` maps an approver's name as given to its role.

    It holds no personal data: places are numbered by kind rather than named, since a mailbox's name can be a person's; people are
    numbered too, and who they are stands in the approvals. `verdict` is that of the whole: PASS only when all was measured and good.
    Raises `NotCertified` unless every planned place was deleted for one plan and found empty: a deletion left at `started` is never
    certified.
    """
    rows = sorted(deletions(ledger, project), key=lambda row: row.place)
    missing = {one.label for one in planned_workloads(ledger, project)} - {row.place for row in rows}
    left = sorted(missing | {row.place for row in rows if not row.completed})
    if left or not rows:
        raise NotCertified(project, f"not completed: {', '.join(left) or 'nothing was deleted'}")
    hashes = {row.plan_hash for row in rows}
    if len(hashes) > 1:
        raise NotCertified(project, "its places were deleted for different plans")
    plan_hash = hashes.pop()
    given = approvals(ledger, project, deletion_of(plan_hash))
    checks = checks_made(ledger, project)
    return {
        "record": "deletion",
        "project": project,
        "method": METHOD,
        "limits": LIMITS,
        "verdict": worst([Verdict.PASS, *(one.verdict for one in checks)] if checks else [Verdict.UNKNOWN]).value,
        "plan_sha256": plan_hash,
        "places": [_place(number, row) for number, row in enumerate(rows, 1)],
        "not_applicable": _exempt(ledger, project),
        "objects": sum(row.planned for row in rows),
        "bytes": sum(row.planned_bytes for row in rows),
        "remaining": sum(row.remaining or 0 for row in rows),
        "started_at": min(row.started_at for row in rows).isoformat(),
        "completed_at": max(row.completed_at for row in rows if row.completed_at).isoformat(),
        "approvals": [
            {"number": number, "role": (roles or {}).get(one.approver), "at": one.at.isoformat()}
            for number, one in enumerate(given, 1)
        ],
        "holds": _holds(ledger, project),
        "warnings": [
            {"days_before": one.days, "at": one.at.isoformat(), "recipients": len(one.messages)}
            for one in countdown(ledger, project).valid.values()
        ],
        "absence": [{**asdict(one), "verdict": one.verdict.value} for one in checks],
        "residual_copies": [as_json(one) for one in copies],
        "clock": ledger.clock.name,
        "tool": "skyflytt",
        "tool_version": VERSION,
    }


def approvers_of(ledger: Ledger, project: str, record: Mapping[str, Any]) -> list[str]:
    """The names behind the record's approvals, in their order."""
    return [one.approver for one in approvals(ledger, project, deletion_of(record["plan_sha256"]))]


def place_number(ledger: Ledger, project: str, label: str) -> str:
    """How the record names a place that was deleted: its number, by which nobody is told."""
    labels = sorted(one.label for one in planned_workloads(ledger, project))
    return f"{label.partition(' ')[0]} {labels.index(label) + 1}"


def write_record(folder: Path, record: Mapping[str, Any]) -> WrittenFile:
    """`deletion-record.json`: sorted keys, so that the same record has the same bytes."""
    file = HashedFile(folder / "deletion-record.json")
    file.write(json.dumps(record, ensure_ascii=False, sort_keys=True, indent=2) + "\n")
    return file.finish()


def _exempt(ledger: Ledger, project: str) -> list[dict[str, Any]]:
    """What was left as it is on purpose."""
    places = exempt_places(ledger, project).items()
    return [
        {"number": number, "kind": label.partition(" ")[0], "reason": reason}
        for number, (label, reason) in enumerate(places, 1)
    ]


def _holds(ledger: Ledger, project: str) -> list[dict[str, Any]]:
    """What was answered, without who and why: those are in the journal."""
    return [
        {
            "hold": one.hold,
            "answer": one.answer.value,
            "country": one.country,
            "law": one.law,
            "kept_until": one.kept_until.isoformat() if one.kept_until else None,
        }
        for _, one in sorted(hold_answers(ledger, project).items())
    ]


def _place(number: int, row: Deletion) -> dict[str, Any]:
    return {
        "number": number,
        "kind": row.place.partition(" ")[0],
        "objects": row.planned,
        "bytes": row.planned_bytes,
        "deleted": row.deleted,
        "remaining": row.remaining,
        "absence": row.absence,
        "started_at": row.started_at.isoformat(),
        "completed_at": row.completed_at.isoformat() if row.completed_at else None,
    }
