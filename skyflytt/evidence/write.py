"""Write a project's evidence into a folder: manifests, accounts, approvals, the journal, and an index with the digest of each."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from skyflytt.decommission.plan import write_plan
from skyflytt.evidence.chain import write_journal
from skyflytt.evidence.lists import HashedFile, WrittenFile, file_sha256
from skyflytt.evidence.manifest import write_workload_manifest
from skyflytt.evidence.zones import write_zones
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import last_account
from skyflytt.ledger.schema import application_card, approval, deadline, deletion, drop
from skyflytt.ledger.workloads import workloads
from skyflytt.version import VERSION

INDEX = "evidence.json"
JOURNAL = "journal.jsonl"
MANIFESTS = "manifests"
PLAN = "plan"
KEPT = ("deletion-record.json", "certificate.*.html", "certificate.*.pdf", "media/*", "dns/*")
"""What others put into the folder, and the index names as it is; `dns` has the zones before and after the cutover."""
TABLES: dict[str, tuple[Table, tuple[str, ...]]] = {
    "approvals": (approval, ("subject", "approver", "at")),
    "deadlines": (deadline, ("name", "at", "why")),
    "applications": (
        application_card,
        tuple(column.name for column in application_card.c if column.name != "project"),
    ),
    "drops": (drop, tuple(column.name for column in drop.c if column.name != "project")),
    "deletions": (deletion, tuple(column.name for column in deletion.c if column.name != "project")),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was written: paths relative to the folder; `digest` is the index's own SHA-256 and stands for all of it."""

    folder: Path
    files: tuple[WrittenFile, ...]
    journal_entries: int
    digest: str


def write_evidence(ledger: Ledger, project: str, folder: Path) -> Evidence:
    """Write the evidence as it is now; files of the same name are replaced, the index last. Raises `JournalBroken`."""
    files: list[WrittenFile] = []
    for workload in workloads(ledger, project):
        written = write_workload_manifest(folder / MANIFESTS, ledger, workload)
        files += [_below(MANIFESTS, written.csv), _below(MANIFESTS, written.jsonl)]
    files.append(_write_json(folder / "accounts.json", accounts(ledger, project)))
    files += [_write_json(folder / f"{name}.json", _table(ledger, project, name)) for name in TABLES]
    files += [_below(PLAN, one) for one in write_plan(ledger, project, folder / PLAN)]
    write_zones(folder / "dns", ledger, project)
    files += _kept(folder)
    chain, entries = write_journal(folder / JOURNAL, ledger, project)
    files.append(chain)
    index = {
        "project": project,
        "written_at": ledger.clock.now().isoformat(),
        "clock": ledger.clock.name,
        "tool_version": VERSION,
        "journal_entries": entries,
        "files": [asdict(one) for one in files],
    }
    return Evidence(folder, tuple(files), entries, _write_json(folder / INDEX, index).sha256)


def accounts(ledger: Ledger, project: str) -> list[dict[str, Any]]:
    """The account of each workload's last pass that ended; a workload without one is listed with nulls, never left out."""
    listed = []
    for workload in workloads(ledger, project):
        last = last_account(ledger, workload)
        counts = (
            "number",
            "mode",
            "source",
            "moved",
            "moved_now",
            "skipped",
            "failed",
            "source_bytes",
            "gone",
            "gone_kept",
        )
        values = {name: getattr(last, name) if last else None for name in counts}
        ended = last.ended_at.isoformat() if last else None
        listed.append({"workload": workload.label, "kind": workload.kind, **values, "ended_at": ended})
    return listed


def _table(ledger: Ledger, project: str, name: str) -> list[dict[str, Any]]:
    table, columns = TABLES[name]
    rows = select(*(table.c[column] for column in columns)).where(table.c.project == project)
    with ledger.reading() as connection:
        found = connection.execute(rows.order_by(*(table.c[column] for column in columns[:2]))).all()
    return [
        {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in row._asdict().items()}
        for row in found
    ]


def _write_json(path: Path, value: object) -> WrittenFile:
    file = HashedFile(path)
    file.write(json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2) + "\n")
    return file.finish()


def _kept(folder: Path) -> list[WrittenFile]:
    found = sorted({path for pattern in KEPT for path in folder.glob(pattern) if path.is_file()})
    return [WrittenFile(str(one.relative_to(folder)), one.stat().st_size, file_sha256(one)) for one in found]


def _below(folder: str, file: WrittenFile) -> WrittenFile:
    return WrittenFile(f"{folder}/{file.name}", file.size_bytes, file.sha256)
