"""Each gate: what it says while it is shut, and that it opens."""

from __future__ import annotations

from sqlalchemy import insert, update

from skyflytt.callers.outcome import Outcome, note_outcome
from skyflytt.ledger import passes
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.projects import cut_over
from skyflytt.ledger.schema import deletion, drop
from skyflytt.ledger.workloads import ensure_workload
from skyflytt.playbook.approvals import CUTOVER, approve, deletion_of, plan_of_domain, waiver_of
from skyflytt.playbook.gates import ask
from tests.playbook.processes import facts


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


def test_the_plan_of_a_domain_is_approved_as_it_is_now_and_carried_out(ledger: Ledger) -> None:
    assert "no domain has a plan" in (says(ledger, "domains-approved") or "")
    assert says(ledger, "domains-switched") == "no domain's records were planned, so none were changed"
    facts.domain_planned(ledger)
    assert says(ledger, "domains-approved") == "nobody has approved the plan for norrskenbygg.example"
    approve(ledger, "norrsken", plan_of_domain("norrskenbygg.example", "0" * 64), "Anna Åström")
    assert says(ledger, "domains-approved") == "nobody has approved the plan for norrskenbygg.example"
    facts.domain_approved(ledger, "Anna Åström")
    assert says(ledger, "domains-approved") is None
    assert says(ledger, "domains-switched") == "not changed by its plan: norrskenbygg.example (lowered)"
    facts.domain_switched(ledger)
    assert says(ledger, "domains-switched") is None


def test_nobody_calls_any_more_when_the_logs_say_so(ledger: Ledger) -> None:
    assert says(ledger, "callers-silent") == "nobody has looked yet for who still signs in"
    facts.callers_counted(ledger, 2)
    assert says(ledger, "callers-silent") == "2 devices still signed in when the logs were read last"
    note_outcome(ledger, "norrsken", Outcome(0, 5, 2, "ask again after Friday"), by="test")
    assert says(ledger, "callers-silent") == "ask again after Friday"
    facts.callers_counted(ledger, 0)
    assert says(ledger, "callers-silent") is None
    note_outcome(ledger, "norrsken", Outcome(0, 0, 0, "the project file names no log"), by="test")
    assert says(ledger, "callers-silent") is None, "where no log is read, people's word is all"
