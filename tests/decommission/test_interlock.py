"""The interlock over a real ledger and real files: each condition missing alone stops the deletion, and nothing at the source is touched."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, update

from skyflytt.decommission.conditions import CONDITIONS
from skyflytt.decommission.countdown import WARNED, begin_anew, note_warned
from skyflytt.decommission.erase import deletions, differences
from skyflytt.decommission.holds import HoldAnswer, answer_hold
from skyflytt.decommission.interlock import refusals
from skyflytt.decommission.plan import make_plan
from skyflytt.decommission.record import deletion_record
from skyflytt.decommission.situation import look
from skyflytt.errors.decommission import DecommissionRefused
from skyflytt.evidence.write import write_evidence
from skyflytt.files.memory import MemoryStore
from skyflytt.files.passes import SharePass
from skyflytt.ledger import journal
from skyflytt.ledger.schema import approval, deadline, drop, item, project
from skyflytt.ledger.schema import journal as journal_table
from skyflytt.notice.bounces import BOUNCED
from skyflytt.playbook.approvals import approve, deletion_of
from tests.decommission.test_erase import ERASE_AT, Move, erase_both, move, moved_once

__all__ = ["move", "moved_once"]
Break = Callable[[Move], object]


def change(there: Move, statement: object) -> None:
    """Write past the ledger's own guards, which would not let it come to this."""
    with there.ledger.writing() as connection:
        for name in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.execute(statement)  # type: ignore[call-overload]


def not_cut_over(there: Move) -> None:
    change(there, update(project).values(mode="mirror", cut_over_at=None, cut_over_by=None))


def open_items(there: Move) -> None:
    change(there, update(item).where(item.c.key == "a.txt").values(state="seen"))
    renewed(there)


def failed_items(there: Move) -> None:
    change(there, update(item).where(item.c.key == "a.txt").values(state="failed", code="files.path-refused"))
    renewed(there)


def renewed(there: Move) -> None:
    """Evidence and approvals as they have to be for the ledger as it is now."""
    write_evidence(there.ledger, "norrsken", there.root / "evidence")
    there.approved()


def altered_evidence(there: Move) -> None:
    manifest = there.root / "evidence" / "manifests" / "share-homes.csv"
    manifest.write_bytes(manifest.read_bytes().replace(b"done", b"DONE"))


def one_approver(there: Move) -> None:
    change(there, delete(approval).where(approval.c.approver == "Ingrid Solberg"))


def the_same_approver_twice(there: Move) -> None:
    one_approver(there)
    plan = make_plan(there.ledger, "norrsken")
    for name in (" anna  ÅSTRÖM ", unicodedata.normalize("NFD", "Anna Åström")):
        assert approve(there.ledger, "norrsken", deletion_of(plan.hash), name)


def hold_kept(there: Move) -> None:
    answer_hold(there.ledger, "norrsken", "bookkeeping", HoldAnswer.KEEP, by="Bengt Öberg", reason="books of 2025")


def warning_missing(there: Move) -> None:
    where = (journal_table.c.action == WARNED) & (journal_table.c.subject == "T-7")
    change(there, update(journal_table).where(where).values(action="forgotten"))


def warning_bounced(there: Move) -> None:
    journal.append(there.ledger, "norrsken", actor="test", action=BOUNCED, subject="<1@nya.example>")


def activity(there: Move) -> None:
    (there.root / "old" / "ny.txt").write_text("somebody works here")


def activity_that_was_moved(there: Move) -> None:
    activity(there)
    there.clock.move_to(ERASE_AT - timedelta(hours=5))
    SharePass(there.ledger, there.share, there.source, MemoryStore()).run()
    there.clock.move_to(ERASE_AT)
    renewed(there)


CASES: list[tuple[str, Break, str]] = [
    ("cut-over", not_cut_over, "the project is not cut over"),
    ("reconciled", open_items, "items are still open in share homes (1)"),
    ("nothing-failed", failed_items, "items failed and nobody has accepted their loss: share homes (1)"),
    ("evidence-verified", altered_evidence, "manifests/share-homes.csv was altered"),
    ("received", lambda there: change(there, update(drop).values(receipt=None)), "there is neither receipt nor waiver"),
    ("received", lambda there: change(there, update(drop).values(state="open")), "the drop handover is not closed"),
    ("holds-answered", hold_kept, "it has to be kept: bookkeeping (says Bengt Öberg)"),
    ("approved-by-two", one_approver, "1 of two different people (Anna Åström) approved the plan"),
    ("approved-by-two", the_same_approver_twice, "1 of two different people"),
    ("warned", warning_missing, "the warning 7 days before the deletion was not sent, after 1 of 3"),
    ("warned", warning_bounced, "the warning 30 days before came back from 1 of 1 recipients"),
    ("time-is-up", lambda there: there.clock.move_to(ERASE_AT - timedelta(minutes=1)), "the countdown ends at"),
    ("time-is-up", lambda there: change(there, delete(deadline)), "the countdown ends at"),
    ("no-activity", activity, "objects at the source are not as the last pass saw them: share homes (1)"),
    (
        "no-activity",
        activity_that_was_moved,
        "somebody has worked at the source since the customer was warned: share homes (1)",
    ),
]


@pytest.mark.parametrize(("condition", "broken", "words"), CASES)
def test_each_condition_missing_alone_stops_it(move: Move, condition: str, broken: Break, words: str) -> None:
    move.approved()
    broken(move)
    if condition == "time-is-up" and move.clock.now() >= ERASE_AT:
        move.clock.move_to(ERASE_AT - timedelta(minutes=1))  # without the contract's deadline, the warnings' end stands
    before = move.files_left()
    plan = make_plan(move.ledger, "norrsken")
    unplanned = {
        one.label: differences(move.ledger, one, move.erasers[one.label]) for one in (move.share, move.mailbox)
    }
    evidence = move.root / "evidence"
    found = refusals(look(move.ledger, "norrsken", plan.hash, evidence=evidence, unplanned=unplanned))
    assert set(found) == {condition}
    assert words in found[condition]
    with pytest.raises(DecommissionRefused):
        move.permit(plan.hash)
    assert (move.files_left(), deletions(move.ledger, "norrsken")) == (before, [])


def test_the_cases_cover_every_condition() -> None:
    assert {condition for condition, _, _ in CASES} == set(CONDITIONS)


def test_with_all_of_them_it_is_deleted_recorded_and_certified(move: Move) -> None:
    erase_both(move, move.permit(move.approved().hash))
    assert move.files_left() == []
    record = deletion_record(move.ledger, "norrsken")
    assert (record["remaining"], record["verdict"]) == (0, "UNKNOWN")  # nobody has looked from outside yet


def test_after_a_new_start_the_whole_countdown_is_needed_again(move: Move) -> None:
    plan = move.approved()
    found = begin_anew(move.ledger, "norrsken", "a sign-in", ZoneInfo("Europe/Stockholm"), by="advance")
    assert found.missing == (30, 7, 1)
    with pytest.raises(DecommissionRefused, match="30 days before the deletion was not sent"):
        move.permit(plan.hash)
    assert found.ends_at is not None
    for days in (30, 7, 1):
        move.clock.move_to(found.ends_at - timedelta(days=days))
        note_warned(move.ledger, "norrsken", days, found.ends_at, ["<2@nya.example>"], by="advance")
    with pytest.raises(DecommissionRefused, match="the countdown ends at"):
        move.permit(plan.hash)
    move.clock.move_to(found.ends_at)
    erase_both(move, move.permit(plan.hash))
    assert move.files_left() == []
