"""Close a drop for good, and show that its credentials no longer work."""

from __future__ import annotations

from skyflytt.drop.rows import DropRow, DropState, change_in
from skyflytt.drop.work import DropWork
from skyflytt.errors.drop import DropStillOpen
from skyflytt.ledger import journal


def close_drop(work: DropWork) -> DropRow:
    """End access and sessions at once. Called again, it makes sure of it once more and changes nothing else."""
    row = work.row
    work.keeper.close(work.place)
    if row.state is not DropState.CLOSED:
        now, project = work.ledger.clock.now(), work.project.project
        with work.ledger.writing() as connection:
            change_in(connection, project, work.name, {"state": DropState.CLOSED, "closed_at": now})
            data = {"was_due": bool(row.ends_at and row.ends_at <= now), "receipt": row.receipt is not None}
            journal.append_in(
                connection, work.ledger, project, actor=work.by, action="drop-closed", subject=work.name, data=data
            )
    return work.row


def prove_closed(work: DropWork, secret: str | None = None) -> str:
    """Try the customer's credentials over the real protocol and keep the refusal as proof (JSON text). See `AccountKeeper`.

    Raises `DropStillOpen`, `ProofUnclear`, or `Transient` when the server is away.
    """
    if work.row.state is not DropState.CLOSED:
        raise DropStillOpen(work.label, "it was not closed yet")
    proof = work.keeper.prove_closed(work.place, secret)
    with work.ledger.writing() as connection:
        change_in(connection, work.project.project, work.name, {"closure_proof": proof})
        journal.append_in(
            connection,
            work.ledger,
            work.project.project,
            actor=work.by,
            action="drop-proved-closed",
            subject=work.name,
        )
    return proof
