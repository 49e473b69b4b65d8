"""What a cutover needs before its first step: every domain planned, its old TTL over, and by whom the plans are approved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from skyflytt.dns.rows import find_row
from skyflytt.ledger.schema import journal as journal_table
from skyflytt.phase.cutover.domains import Acted, DomainAct, approved, obstacle_to_switch, open_move, would
from skyflytt.phase.migration import Migration
from skyflytt.project.domains import CustomerDomain

REHEARSED = "cutover-rehearsed"


@dataclass(frozen=True, slots=True)
class Ready:
    """`obstacles` are sentences on what keeps domains from being switched, `plans` their plans' hashes, `unapproved` those of nobody."""

    domains: tuple[str, ...] = ()
    obstacles: tuple[str, ...] = ()
    plans: tuple[tuple[str, str], ...] = ()
    unapproved: tuple[str, ...] = ()
    rehearsed: bool = True


def readiness(migration: Migration, domains: Sequence[CustomerDomain], *, without_waiting: bool = False) -> Ready:
    """Asked before anybody stops working. Nothing is changed at any host."""
    obstacles, plans, unapproved = [], [], []
    for domain in domains:
        with open_move(migration, domain) as move:
            obstacle = obstacle_to_switch(move, without_waiting=without_waiting)
            row = find_row(migration.ledger, migration.name, domain.name)
            if obstacle:
                obstacles.append(obstacle)
            elif row is not None and row.plan_hash is not None:
                plans.append((domain.name, row.plan_hash))
                if not approved(move):
                    unapproved.append(domain.name)
    names = tuple(one.name for one in domains)
    rehearsed = not domains or _was_rehearsed(migration)
    return Ready(names, tuple(obstacles), tuple(plans), tuple(unapproved), rehearsed)


def shown(migration: Migration, domains: Sequence[CustomerDomain]) -> list[Acted]:
    """What the switch of each domain with a plan would change."""
    found = []
    for domain in domains:
        if find_row(migration.ledger, migration.name, domain.name) is not None:
            with open_move(migration, domain) as move:
                found.append(would(move, DomainAct.SWITCH))
    return found


def _was_rehearsed(migration: Migration) -> bool:
    where = (journal_table.c.project == migration.name) & (journal_table.c.action == REHEARSED)
    with migration.ledger.reading() as connection:
        return connection.execute(select(journal_table.c.number).where(where).limit(1)).first() is not None
