"""Dry runs of passes: for each mailbox and share what a pass would do, as a table. Only the sources are read."""

from __future__ import annotations

from collections.abc import Sequence

from prefect.artifacts import create_table_artifact

from flows.phase_run import PhaseRun
from skyflytt.ledger import projects
from skyflytt.ledger.schema import Mode
from skyflytt.phase.would_move import WouldMove
from tasks.artifact_key import artifact_key
from tasks.would_move_mailbox import would_move_mailbox
from tasks.would_move_share import would_move_share

ADDS_ONLY = "The target is only added to: of what is gone or changed at the source, nothing is removed or overwritten."


def show_passes(run: PhaseRun, mailboxes: Sequence[str], shares: Sequence[str]) -> None:
    """Look at each, and say what its pass would do."""
    found: list[WouldMove] = [
        *run.each_mailbox(would_move_mailbox, mailboxes).values(),
        *run.each(would_move_share, shares).values(),
    ]
    if not found:
        return
    with run.project.open() as migration:
        adds_only = projects.mode(migration.ledger, migration.name) is Mode.APPEND
    new, changed, gone, waiting = (
        sum(getattr(one, part) for one in found) for part in ("new", "changed", "gone", "waiting")
    )
    words = f"a pass would find {new} new, {changed} changed, {gone} gone, and {waiting} that wait for it since earlier"
    key = artifact_key(run.project.name, run.phase, "dry-run")
    rows = [_row(one) for one in found]
    more = f" {ADDS_ONLY}" if adds_only else ""
    create_table_artifact(rows, key=key, description=f"**{run.project.name} · {run.phase}**, dry run: {words}.{more}")
    run.notes.append(words)


def _row(one: WouldMove) -> dict[str, int | str]:
    return {
        "workload": one.label,
        "new": one.new,
        "changed": one.changed,
        "gone": one.gone,
        "waiting": one.waiting,
        "remark": one.remark or ("nothing to do" if one.nothing else ""),
    }
