"""Mail that still arrives at the old home after the cutover, until nobody can know the old way any more."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from skyflytt.dns.rows import find_row
from skyflytt.errors.ledger import NotCutOver
from skyflytt.ledger import journal
from skyflytt.ledger.passes import Account
from skyflytt.ledger.schema import journal as journal_table
from skyflytt.ledger.schema import project as project_table
from skyflytt.phase.migration import Migration
from skyflytt.playbook.gates.old_home_silent import OVER

ACTOR = "skyflytt"
PASS = "late-mail-pass"
MARGIN_HOURS = 48
UNKNOWN_TTL_S = 86_400
"""For a domain whose zone nobody has a snapshot of: as long as most records of mail may be kept."""


@dataclass(frozen=True, slots=True)
class LateMail:
    """`silent_since` is when the last of it came, or the cutover; `over` once nothing came until `ends_at`, and a pass saw that."""

    arrived_now: int
    silent_since: datetime
    ends_at: datetime
    over: bool


def note_late_pass(migration: Migration, accounts: Iterable[Account], margin: timedelta) -> LateMail:
    """After an adding pass over the mailboxes: what it brought, and until when the old home has to stay silent.

    The end is the old TTL of the domains' mail records and the margin after the last arrival: a cache may hold the old way for the TTL, and
    a server that has the mail in its queue asks again only when it tries again. Raises `NotCutOver`.
    """
    accounts = list(accounts)
    begins = _cutover(migration)
    passes = _entries(migration, PASS)
    failed = sum(one.failed for one in accounts)
    before = int(passes[-1][1]["failed"]) if passes else failed
    new = sum(one.moved_now for one in accounts) + max(0, failed - before)
    now = migration.clock.now()
    data = {"new": new, "failed": failed, "mailboxes": len(accounts)}
    journal.append(migration.ledger, migration.name, actor=ACTOR, action=PASS, subject=migration.name, data=data)
    arrivals = [at for at, told in passes if told["new"]] + ([now] if new else [])
    silent_since = max([begins, *arrivals])
    ends_at = silent_since + timedelta(seconds=old_ttl_s(migration)) + margin
    over = now >= ends_at
    if over and not _entries(migration, OVER):
        told = {"silent_since": silent_since.isoformat()}
        journal.append(migration.ledger, migration.name, actor=ACTOR, action=OVER, subject=migration.name, data=told)
    return LateMail(new, silent_since, ends_at, over)


def require_cut_over(migration: Migration) -> None:
    """Raises `NotCutOver`: before that, a pass would mirror."""
    _cutover(migration)


def old_ttl_s(migration: Migration) -> int:
    """The longest that anybody may keep the old way of the customer's mail: of the snapshots' MX and of what they name."""
    found = [0]
    for domain in migration.project.domains:
        if not domain.mail:
            continue
        row = find_row(migration.ledger, migration.name, domain.name)
        mx = row.zone.find(row.zone.origin, "MX") if row else None
        if row is None or mx is None:
            found.append(UNKNOWN_TTL_S)
            continue
        hosts = {value.split()[-1] for value in mx.values}
        found += [one.ttl_s for one in row.zone.sets if one == mx or (one.name in hosts and one.type in {"A", "AAAA"})]
    return max(found)


def _cutover(migration: Migration) -> datetime:
    """The latest of the project's switch and its domains' changes."""
    where = project_table.c.name == migration.name
    with migration.ledger.reading() as connection:
        at: datetime | None = connection.execute(select(project_table.c.cut_over_at).where(where)).scalar_one()
    if at is None:
        raise NotCutOver(migration.name, "mail still belongs to the old home")
    rows = [find_row(migration.ledger, migration.name, domain.name) for domain in migration.project.domains]
    return max([at, *(row.applied_at for row in rows if row is not None and row.applied_at is not None)])


def _entries(migration: Migration, action: str) -> list[tuple[datetime, dict[str, Any]]]:
    where = (journal_table.c.project == migration.name) & (journal_table.c.action == action)
    rows = select(journal_table.c.at, journal_table.c.data).where(where).order_by(journal_table.c.number)
    with migration.ledger.reading() as connection:
        return [(row.at, json.loads(row.data)) for row in connection.execute(rows)]
