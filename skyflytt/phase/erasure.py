"""The decommission of a project: look, ask the interlock, erase, record. Everything else in the project only reads the source."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from skyflytt.decommission.absence import note_checks
from skyflytt.decommission.copies import ResidualCopy, residual_copies
from skyflytt.decommission.countdown import begin_anew
from skyflytt.decommission.erase import Deletion, deletions, differences, erase
from skyflytt.decommission.eraser import Eraser, FilesEraser, MailEraser
from skyflytt.decommission.exempt import exempt_places
from skyflytt.decommission.interlock import Permit, permit, refusals
from skyflytt.decommission.plan import make_plan, planned_workloads
from skyflytt.decommission.record import deletion_record, write_record
from skyflytt.decommission.situation import Situation, look
from skyflytt.evidence.keys import key_of_operator
from skyflytt.evidence.pack import Pack, write_pack
from skyflytt.evidence.write import write_evidence
from skyflytt.ledger.workloads import Workload, workloads
from skyflytt.phase import mailboxes, stores
from skyflytt.phase.absence import ask_for_items, look_from_outside
from skyflytt.phase.certify import write_certificates
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
    return look(
        migration.ledger,
        migration.name,
        plan.hash,
        evidence=written.folder,
        unplanned=unplanned,
        zone=migration.project.zone,
    )


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


def heed_activity(migration: Migration, found: Situation) -> str:
    """Where somebody has worked at the source since the first warning, the countdown begins anew; a sentence that says so, or "".

    Not once a deletion has started: then what came is looked at by a person.
    """
    why = refusals(found).get("no-activity")
    seen = all(one.unplanned is not None for one in found.workloads)
    if why is None or not seen or not found.countdown.warned or deletions(migration.ledger, migration.name):
        return ""
    anew = begin_anew(migration.ledger, migration.name, why, migration.project.zone, by=ACTOR)
    ends_at = anew.ends_at.astimezone(migration.project.zone) if anew.ends_at else None
    return f"the countdown begins anew and ends at {ends_at:%Y-%m-%d %H:%M %Z}"


def erase_place(migration: Migration, given: Permit, workload: Workload) -> Deletion:
    """Delete one mailbox or share at the source and verify its absence; goes on where a killed run stopped."""
    with _eraser(migration, workload) as eraser:
        done = erase(migration.ledger, given, workload, eraser, by=ACTOR)
        note_checks(migration.ledger, migration.name, [ask_for_items(migration, workload, eraser)], by=ACTOR)
        return done


def write_deletion_record(migration: Migration, *, try_sign_in: bool = False) -> Path:
    """Look from outside, then the deletion record, its certificate and the evidence as it is at the end, in the evidence folder."""
    roles = {contact.name: contact.role for contact in migration.project.customer.contacts}
    folder = migration.folder("evidence")
    look_from_outside(migration, try_sign_in=try_sign_in)
    record = deletion_record(migration.ledger, migration.name, roles, copies_left(migration))
    write_record(folder, record)
    write_certificates(migration, record, folder)
    write_evidence(migration.ledger, migration.name, folder)
    return folder / "deletion-record.json"


def write_signed_pack(migration: Migration) -> Pack:
    """Everything in the evidence folder in one signed zip in the workspace. Raises `SigningKeyWrong`, `EvidenceNotWhole`."""
    path = migration.folder("packs") / f"{migration.name}.zip"
    return write_pack(migration.folder("evidence"), path, key_of_operator(migration.workspace))


def copies_left(migration: Migration) -> list[ResidualCopy]:
    """Where the customer's data still is, as far as it can be measured on this machine."""
    kinds = {
        "archives": ("archives",),
        "exports": ("exports",),
        "staging": ("discovery", "evidence", "handover", "packs"),
    }
    measured = {copy: sum(_size(migration.workspace / name) for name in names) for copy, names in kinds.items()}
    return residual_copies(migration.ledger, migration.name, measured)


@contextmanager
def _eraser(migration: Migration, workload: Workload) -> Iterator[Eraser]:
    if workload.kind == "share":
        share = migration.project.share(workload.name)
        with stores.open_for_erasure(migration, share) as store:
            yield FilesEraser(store, tokens=share.detect == "token")
    else:
        with mailboxes.open_for_erasure(migration, migration.project.mailbox(workload.name)) as mailbox:
            yield MailEraser(mailbox)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
