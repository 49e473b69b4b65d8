"""The decommission of a project: look, ask the interlock, erase, record. Everything else in the project only reads the source."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from skyflytt.decommission.erase import Deletion, differences, erase
from skyflytt.decommission.eraser import Eraser, FilesEraser, MailEraser
from skyflytt.decommission.exempt import exempt_places
from skyflytt.decommission.interlock import Permit, permit, refusals
from skyflytt.decommission.plan import make_plan, planned_workloads
from skyflytt.decommission.record import deletion_record, write_record
from skyflytt.decommission.situation import Situation, look
from skyflytt.evidence.write import write_evidence
from skyflytt.ledger.workloads import Workload, workloads
from skyflytt.phase import mailboxes, stores
from skyflytt.phase.migration import Migration
from skyflytt.phase.source import note_whose_it_is

ACTOR = "skyflytt"


def situation(migration: Migration) -> Situation:
    """Write the evidence anew, look at every source once more, and gather what the interlock asks for."""
    not_applicable(migration)
    written = write_evidence(migration.ledger, migration.name, migration.folder("evidence"))
    unplanned = {}
    for workload in planned_workloads(migration.ledger, migration.name):
        with _eraser(migration, workload) as eraser:
            unplanned[workload.label] = differences(migration.ledger, workload, eraser)
    plan = make_plan(migration.ledger, migration.name)
    return look(migration.ledger, migration.name, plan.hash, evidence=written.folder, unplanned=unplanned)


def not_applicable(migration: Migration) -> dict[str, str]:
    """Places that no deletion is about, and why: their labels and sentences. Noted in the ledger, before any plan is made."""
    moved = {one.name for one in workloads(migration.ledger, migration.name) if one.kind == "mailbox"}
    for mailbox in migration.project.mailboxes:
        if mailbox.name in moved:
            note_whose_it_is(migration, mailbox)
    return exempt_places(migration.ledger, migration.name)


def why_not(found: Situation) -> dict[str, str]:
    """What speaks against the deletion, by condition; nothing when it may be made."""
    return refusals(found)


def leave(found: Situation) -> Permit:
    """Leave to delete exactly the plan; raises `DecommissionRefused`."""
    return permit(found)


def erase_place(migration: Migration, given: Permit, workload: Workload) -> Deletion:
    """Delete one mailbox or share at the source and verify its absence; goes on where a killed run stopped."""
    with _eraser(migration, workload) as eraser:
        return erase(migration.ledger, given, workload, eraser, by=ACTOR)


def write_deletion_record(migration: Migration) -> Path:
    """The deletion record in the evidence folder, and the evidence as it is at the end."""
    roles = {contact.name: contact.role for contact in migration.project.customer.contacts}
    folder = migration.folder("evidence")
    write_record(folder, deletion_record(migration.ledger, migration.name, roles))
    write_evidence(migration.ledger, migration.name, folder)
    return folder / "deletion-record.json"


@contextmanager
def _eraser(migration: Migration, workload: Workload) -> Iterator[Eraser]:
    if workload.kind == "share":
        with stores.open_for_erasure(migration, migration.project.share(workload.name)) as store:
            yield FilesEraser(store)
    else:
        with mailboxes.open_for_erasure(migration, migration.project.mailbox(workload.name)) as mailbox:
            yield MailEraser(mailbox)
