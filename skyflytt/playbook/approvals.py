"""Approvals: a named person stands for one subject. Given once, never taken back, journalled."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from skyflytt.errors.playbook import ApproverMissing
from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import approval

CUTOVER = "cutover"


def deletion_of(plan_hash: str) -> str:
    """The subject under which the deletion of exactly this plan is approved."""
    return f"decommission:{plan_hash}"


def organisation_of(name: str) -> str:
    """The subject under which the deletion of a whole organisation at its provider is approved."""
    return f"organisation:{name}"


def waiver_of(drop: str) -> str:
    """The subject under which the receipt for a drop is waived."""
    return f"waiver:{drop}"


def step_of(step: str, digest: str) -> str:
    """The subject under which exactly what a step left is approved."""
    return f"step:{step}:{digest}"


def plan_of_domain(domain: str, plan_hash: str) -> str:
    """The subject under which exactly this change of a domain's records is approved."""
    return f"dns:{plan_hash}:{domain}"[:200]


def losses_of(workload_label: str) -> str:
    """The subject under which a workload's failed items are accepted."""
    return f"accepted-loss:{workload_label}"


@dataclass(frozen=True, slots=True)
class Approval:
    """`approver` is the name as it was given."""

    subject: str
    approver: str
    at: datetime


def approve(ledger: Ledger, project: str, subject: str, approver: str) -> bool:
    """Record the approval; False when this person had already given it. Raises `ApproverMissing` for an empty name."""
    name = " ".join(approver.split())
    if not name:
        raise ApproverMissing(subject)
    insert = postgresql_insert if ledger.engine.dialect.name == "postgresql" else sqlite_insert
    row = insert(approval).values(project=project, subject=subject, approver=name, at=ledger.clock.now())
    with ledger.writing() as connection:
        new = bool(connection.execute(row.on_conflict_do_nothing()).rowcount)
        if new:
            journal.append_in(connection, ledger, project, actor=name, action="approved", subject=subject)
    return new


def approvals(ledger: Ledger, project: str, subject: str = "", *, beginning: bool = False) -> list[Approval]:
    """The approvals of `subject` (or of all subjects that begin so), earliest first."""
    rows = select(approval).where(approval.c.project == project)
    if not beginning:
        rows = rows.where(approval.c.subject == subject)
    with ledger.reading() as connection:
        found = [Approval(r.subject, r.approver, r.at) for r in connection.execute(rows.order_by(approval.c.at))]
    return [one for one in found if one.subject.startswith(subject)]


def different_people(given: list[Approval]) -> list[str]:
    """The approvers' names, each person once: neither capitals nor another way to write the same letter make another person."""
    return list({same_person(one.approver): one.approver for one in reversed(given)}.values())[::-1]


def same_person(name: str) -> str:
    """What two ways to write one name have in common: spaces, capitals and composed letters (`Å`, or `A` with a ring) aside."""
    return unicodedata.normalize("NFKC", " ".join(name.split())).casefold()
