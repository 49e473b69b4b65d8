"""A zone's cutover in the ledger: its snapshot, its plan, what this project wrote, and how far it is. Every step is journalled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select, update

from skyflytt.dns.master_file import from_text
from skyflytt.dns.plan import changes_from_json
from skyflytt.dns.zone import Change, RecordSet, Zone
from skyflytt.errors.dns import NoSnapshot
from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import cutover_zone as table

Key = tuple[str, str]
Forms = Mapping[Key, tuple[RecordSet | None, ...]]


class ZoneState(StrEnum):
    """How far the zone's cutover is; those that end with -ing are steps that began and did not end yet."""

    SNAPSHOT = "snapshot"
    PLANNED = "planned"
    LOWERING = "lowering"
    LOWERED = "lowered"
    APPLYING = "applying"
    APPLIED = "applied"
    RAISING = "raising"
    RAISED = "raised"
    RETURNING = "returning"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """`written` are the forms of each set that this project gave it, or was about to; None is a set that it took away."""

    domain: str
    state: ZoneState
    zone: Zone
    snapshot_digest: str
    taken_at: datetime
    plan_hash: str | None = None
    changes: tuple[Change, ...] = ()
    written: Forms = field(default_factory=dict)
    wait_until: datetime | None = None
    applied_at: datetime | None = None


def find_row(ledger: Ledger, project: str, domain: str) -> ZoneRow | None:
    where = (table.c.project == project) & (table.c.domain == domain)
    with ledger.reading() as connection:
        row = connection.execute(select(table).where(where)).first()
    return _row(row) if row is not None else None


def all_rows(ledger: Ledger, project: str) -> list[ZoneRow]:
    """Every domain of the project that has a snapshot, by name."""
    rows = select(table).where(table.c.project == project).order_by(table.c.domain)
    with ledger.reading() as connection:
        return [_row(row) for row in connection.execute(rows)]


def row_of(ledger: Ledger, project: str, domain: str) -> ZoneRow:
    """Raises `NoSnapshot`."""
    row = find_row(ledger, project, domain)
    if row is None:
        raise NoSnapshot(domain, "nothing of it is kept that could be returned to")
    return row


def begin_row(
    ledger: Ledger, project: str, domain: str, text: str, digest: str, *, by: str, data: Mapping[str, Any]
) -> None:
    """A new snapshot; whatever was known of an older one is over."""
    now = ledger.clock.now()
    values: dict[str, Any] = {
        "state": ZoneState.SNAPSHOT, "snapshot": text, "snapshot_digest": digest, "taken_at": now, "plan": None,
        "plan_hash": None, "written": "{}", "wait_until": None, "applied_at": None, "changed_at": now,
    }  # fmt: skip
    where = (table.c.project == project) & (table.c.domain == domain)
    with ledger.writing() as connection:
        if not connection.execute(update(table).where(where).values(**values)).rowcount:
            connection.execute(insert(table).values(project=project, domain=domain, **values))
        journal.append_in(connection, ledger, project, actor=by, action="dns-snapshot", subject=domain, data=data)


def change_row(
    ledger: Ledger, project: str, domain: str, state: ZoneState, *, by: str, data: Mapping[str, Any], **values: Any
) -> None:
    """One step and its line in the journal, in one transaction."""
    where = (table.c.project == project) & (table.c.domain == domain)
    if "written" in values:
        values["written"] = _forms_to_json(values["written"])
    with ledger.writing() as connection:
        connection.execute(update(table).where(where).values(state=state, changed_at=ledger.clock.now(), **values))
        journal.append_in(connection, ledger, project, actor=by, action=f"dns-{state}", subject=domain, data=data)


def _row(row: Any) -> ZoneRow:
    changes = changes_from_json(row.plan) if row.plan else ()
    zone = from_text(row.snapshot, row.domain)
    return ZoneRow(
        row.domain, ZoneState(row.state), zone, row.snapshot_digest, row.taken_at, row.plan_hash, changes,
        _forms_from_json(row.written), row.wait_until, row.applied_at,
    )  # fmt: skip


def _forms_to_json(forms: Forms) -> str:
    plain = {
        f"{name} {kind}": [[one.ttl_s, list(one.values)] if one else None for one in each]
        for (name, kind), each in forms.items()
    }
    return json.dumps(plain, sort_keys=True)


def _forms_from_json(text: str) -> Forms:
    found: dict[Key, tuple[RecordSet | None, ...]] = {}
    for key, each in json.loads(text).items():
        name, kind = key.split(" ")
        found[name, kind] = tuple(RecordSet(name, kind, one[0], tuple(one[1])) if one else None for one in each)
    return found
