"""The customer's zones before and after the cutover, as master files, and by which plan."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import select

from skyflytt.dns.master_file import digest, to_text
from skyflytt.dns.rows import ZoneRow, ZoneState, row_of
from skyflytt.dns.stages import applied_now
from skyflytt.evidence.lists import HashedFile
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import cutover_zone

CHANGED = (ZoneState.APPLIED, ZoneState.RAISING, ZoneState.RAISED)


def write_zones(folder: Path, ledger: Ledger, project: str) -> None:
    """For each domain: `.before.zone`, the snapshot; `.after.zone` while the plan is applied; `.json`, how far it is and by which plan."""
    query = select(cutover_zone.c.domain).where(cutover_zone.c.project == project).order_by(cutover_zone.c.domain)
    with ledger.reading() as connection:
        domains = connection.execute(query).scalars().all()
    for domain in domains:
        _write(folder, row_of(ledger, project, domain))


def _write(folder: Path, row: ZoneRow) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    after = to_text(applied_now(row)) if row.state in CHANGED else None
    told = {
        "domain": row.domain, "state": row.state, "plan": row.plan_hash, "snapshot_taken_at": row.taken_at.isoformat(),
        "applied_at": row.applied_at.isoformat() if row.applied_at else None, "before": row.snapshot_digest,
        "after": digest(after) if after else None, "changes": len(row.changes) if after else 0,
    }  # fmt: skip
    _put(folder / f"{row.domain}.before.zone", to_text(row.zone))
    _put(folder / f"{row.domain}.json", json.dumps(told, sort_keys=True, indent=2) + "\n")
    if after:
        _put(folder / f"{row.domain}.after.zone", after)
    else:
        (folder / f"{row.domain}.after.zone").unlink(missing_ok=True)


def _put(path: Path, text: str) -> None:
    file = HashedFile(path)
    file.write(text)
    file.finish()
