"""Each gate: what it says while it is shut, and that it opens."""

from __future__ import annotations

from sqlalchemy import insert, update

from skyflytt.ledger import passes
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.projects import cut_over
from skyflytt.ledger.schema import deletion, drop
from skyflytt.ledger.workloads import ensure_workload
from skyflytt.playbook.approvals import CUTOVER, approve, deletion_of, waiver_of
from skyflytt.playbook.gates import ask


def says(ledger: Ledger, gate: str) -> str | None:
    return ask(gate, ledger, "norrsken")


def test_accounts_reconcile(ledger: Ledger) -> None:
    ensure_workload(ledger, "norrsken", "mailbox", "anna")
    ensure_workload(ledger, "norrsken", "drop", "handover")
    assert says(ledger, "accounts-reconcile") == "no pass has ended for mailbox anna"
    with passes.running_pass(ledger, ensure_workload(ledger, "norrsken", "mailbox", "anna")) as running:
        passes.end(ledger, running, 0)
    assert says(ledger, "accounts-reconcile") is None


def test_cut_over_and_its_approval(ledger: Ledger) -> None:
    assert says(ledger, "cut-over") == "the project is not cut over"
    assert says(ledger, "cutover-approved") == "nobody has approved the cutover"
    approve(ledger, "norrsken", CUTOVER, "Anna Åström")
    cut_over(ledger, "norrsken", "Anna Åström")
    assert says(ledger, "cut-over") is None
    assert says(ledger, "cutover-approved") is None


def test_two_people_for_one_and_the_same_plan(ledger: Ledger) -> None:
    approve(ledger, "norrsken", deletion_of("a" * 64), "Anna Åström")
    approve(ledger, "norrsken", deletion_of("a" * 64), "anna åström")
    approve(ledger, "norrsken", deletion_of("b" * 64), "Ingrid Solberg")
    assert says(ledger, "deletion-approved-by-two") == "1 of two different people have approved one plan of deletion"
    approve(ledger, "norrsken", deletion_of("b" * 64), "Anna Åström")
    assert says(ledger, "deletion-approved-by-two") is None


def test_receipt_or_waiver(ledger: Ledger) -> None:
    assert says(ledger, "receipt-or-waiver") == "no drop has been opened"
    with ledger.writing() as connection:
        connection.execute(insert(drop).values(project="norrsken", name="handover", state="open"))
    assert says(ledger, "receipt-or-waiver") == "there is neither receipt nor waiver for the drop handover"
    approve(ledger, "norrsken", waiver_of("handover"), "Anna Åström")
    assert says(ledger, "receipt-or-waiver") is None


def test_drops_closed(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        connection.execute(insert(drop).values(project="norrsken", name="handover", state="closed"))
    assert says(ledger, "drops-closed") == "the drop handover is not shown to be closed"
    with ledger.writing() as connection:
        connection.execute(update(drop).values(closure_proof="{}"))
    assert says(ledger, "drops-closed") is None


def test_deletions_completed(ledger: Ledger) -> None:
    assert says(ledger, "deletions-completed") == "nothing has been deleted at the old provider"
    row = {"project": "norrsken", "place": "share homes", "plan_hash": "a" * 64, "planned": 1, "planned_bytes": 1}
    with ledger.writing() as connection:
        connection.execute(insert(deletion).values(**row, state="started", started_at=ledger.clock.now()))
    assert says(ledger, "deletions-completed") == "the deletion of share homes is not completed"
    with ledger.writing() as connection:
        connection.execute(
            update(deletion).values(
                state="completed", completed_at=ledger.clock.now(), deleted=1, remaining=0, absence="0"
            )
        )
    assert says(ledger, "deletions-completed") is None
