"""Flow `decommission`: the one that deletes at the source, behind its interlock."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.client.schemas.objects import State

from blocks import MigrationProject
from flows.options import phase_options
from flows.phase_run import PhaseRun, explicit_end, phase_run
from skyflytt.decommission.interlock import Permit
from skyflytt.decommission.plan import nothing_to_delete
from skyflytt.errors.base import Failure
from skyflytt.notice.local_time import at_text
from skyflytt.notice.message import NoticeKind
from skyflytt.phase.erasure import (
    heed_activity,
    leave,
    not_applicable,
    situation,
    why_not,
    write_deletion_record,
    write_signed_pack,
)
from skyflytt.phase.migration import Migration
from skyflytt.phase.notices import warn_of_deletion
from skyflytt.phase.said import told
from skyflytt.phase.tell import tell
from tasks.artifact_key import artifact_key
from tasks.erase_place import erase_place


@flow(**phase_options("decommission"))
@explicit_end
def decommission(
    project: MigrationProject, step: str | None = None, *, try_sign_in: bool = False, dry_run: bool = False
) -> State[Any]:
    """Delete the planned objects when every condition holds, else say which do not. Deletes nothing but what was approved.

    Sends the customer's warning if one is due, and begins the countdown anew when somebody works at the source.

    Args:
        project: The customer's move.
        step: The playbook's step that this run is for; empty when started by hand.
        try_sign_in: After the deletion, see whether the accounts still let in. A sign-in that is refused raises an alarm there.
        dry_run: Make the plan, ask the interlock and say what speaks against the deletion; delete nothing and warn nobody.
    """
    with phase_run(project, "decommission", step, dry_run=dry_run) as run:
        given = _ask_interlock(run, dry_run=dry_run) if _is_anything_erased(run) else None
        if given is not None and dry_run:
            run.notes.append(f"{given.plan.objects} objects may be deleted, plan {given.plan.hash[:12]}")
        elif given is not None:
            run.each_mailbox(erase_place, [place.place for place in given.plan.places], given)
            if not run.failures:
                _certify(run, given, try_sign_in=try_sign_in)
    return run.state()


def _is_anything_erased(run: PhaseRun) -> bool:
    """Say which places are left as they are, and why; whether any is not."""
    with run.project.open() as migration:
        left = not_applicable(migration)
        run.notes += [f"{place}: not applicable. {reason}" for place, reason in left.items()]
        if left:
            rows = [{"place": place, "erasure": "not applicable", "why": reason} for place, reason in left.items()]
            words = "Nothing is deleted at these places, and nobody has to approve anything for them."
            create_table_artifact(rows, key=artifact_key(migration.name, "not-erased"), description=words)
        return not nothing_to_delete(migration.ledger, migration.name)


def _ask_interlock(run: PhaseRun, *, dry_run: bool) -> Permit | None:
    with run.project.open() as migration:
        warning = "" if dry_run else _warn(migration)
        found = situation(migration)
        refused = why_not(found)
        places = [{"place": one.place, "objects": one.objects, "bytes": one.bytes} for one in found.plan.places]
        words = f"**Plan of deletion** {found.plan.hash}: {found.plan.objects} objects, {found.plan.bytes} bytes."
        create_table_artifact(places, key=artifact_key(migration.name, "deletion-plan"), description=words)
        if refused:
            rows = [{"condition": name, "why not": sentence} for name, sentence in refused.items()]
            key = artifact_key(migration.name, "interlock")
            create_table_artifact(rows, key=key, description="The interlock refused: nothing was deleted.")
            anew = "" if dry_run else heed_activity(migration, found)
            more = [one for one in (warning, anew) if one]
            run.held = f"Nothing was deleted, plan {found.plan.hash[:12]}: {'; '.join([*refused.values(), *more])}"
            return None
        return leave(found)


def _warn(migration: Migration) -> str:
    """Send the warning that is due; a sentence about it. One that cannot go out is among the reasons, and fails nothing."""
    try:
        days = warn_of_deletion(migration)
    except Failure as failure:
        return told(failure)
    return f"the warning {days} days before the deletion went out now" if days else ""


def _certify(run: PhaseRun, given: Permit, *, try_sign_in: bool) -> None:
    with run.project.open(run.notes.append) as migration:
        record = write_deletion_record(migration, try_sign_in=try_sign_in)
        pack = write_signed_pack(migration)
        run.notes.append(f"{given.plan.objects} objects deleted and seen to be gone; record {record}")
        run.notes.append(f"pack {pack.path}, signed with the key {pack.fingerprint}")
        key = artifact_key(migration.name, "deletion-record")
        create_markdown_artifact(f"```json\n{record.read_text()}\n```\n", key=key, description="deletion record")
        now, zone = migration.clock.now(), migration.project.zone
        tell(
            migration,
            NoticeKind.DELETION_DONE,
            given.plan.hash,
            lambda language: {
                "done_at": at_text(now, zone, language),
                "old_provider": migration.project.contract.provider,
                "objects": given.plan.objects,
                "plan_hash": given.plan.hash,
            },
        )
