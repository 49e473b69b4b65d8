"""What the parts of the page say of a move in the middle, and of one that has not begun."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from skyflytt.deadline.table import set_deadlines
from skyflytt.deadline.terms import Deadline
from skyflytt.ledger import journal
from skyflytt.ledger.schema import journal as journal_table
from skyflytt.phase.migration import Migration
from skyflytt.playbook.load import load_playbook
from skyflytt.playbook.steps import ensure_steps, finish_step
from skyflytt.report.concerns import concerns_in
from skyflytt.report.deadlines import deadlines_of
from skyflytt.report.gauges import together
from skyflytt.report.history import history_of
from skyflytt.report.level import Level
from skyflytt.report.received import received
from skyflytt.report.report import Report, report_of
from skyflytt.report.steps import DONE, FAILED, LATE, LEFT_OUT, READY, WAITING
from skyflytt.report.verdict import level_of, matters, next_deadline, next_steps
from tests.ledger.test_journal import GUARDS
from tests.report import moves


def test_every_workload_has_its_gauge_and_the_sums_are_exact(report: Report) -> None:
    found = {one.label: one for one in report.gauges}
    bengt = found["mailbox bengt"]
    assert (bengt.source, bengt.moved, bengt.left_out, bengt.failed, bengt.open) == (51, 34, 6, 11, 0)
    assert (bengt.adds_up, bengt.pass_state, bengt.number) == (True, "ended", 2)
    assert bengt.reasons == (("mail.folder-excluded", 6),)
    homes = found["share homes"]
    assert (homes.source, homes.moved, homes.open, homes.adds_up) == (200, 90, 110, None)
    assert homes.pass_state == "interrupted"
    assert found["mailbox info"].pass_state == "not started"
    assert [one.name for one in report.gauges if one.kind == "mailbox"] == ["bengt", "info", "anna"]
    whole = together([one for one in report.gauges if one.kind in ("mailbox", "share")])
    assert whole.source == whole.moved + whole.left_out + whole.failed + whole.open
    assert whole.adds_up is None


def test_an_account_that_differs_from_the_items_does_not_add_up(migration: Migration) -> None:
    moves.Moved(migration, "share", "homes").run(["a.doc", "b.doc"])
    with migration.ledger.writing() as connection:
        connection.exec_driver_sql("DELETE FROM item WHERE key = 'a.doc'")
    found = report_of(migration)
    (homes,) = [one for one in found.gauges if one.name == "homes"]
    assert (homes.source, homes.adds_up) == (1, False)
    assert "The account of share homes does not add up." in [one.sentence for one in matters(found)]


def test_failures_come_by_code_with_meaning_and_advice(report: Report) -> None:
    assert [(one.code, one.count, one.not_accepted) for one in report.failures] == [
        ("mail.message-too-large", 9, 9),
        ("mail.message-refused", 2, 2),
        ("files.name-not-utf8", 1, 0),
    ]
    large, _, name = report.failures
    assert large.meaning == "The message … is larger than the target takes"
    assert large.follows == "this item is recorded as failed, the rest goes on"
    assert "limit raised" in large.advice
    assert (large.items[0].workload, large.items[0].folder, large.items[0].key) == (
        "mailbox bengt",
        "Arkiv/2025",
        "AAJpaQAA000000",
    )
    assert "552 5.3.4" in large.items[0].detail
    assert (large.items[0].size_bytes, large.items[0].received_at) == (48_000, moves.MORNING - timedelta(days=300))
    assert name.items[0].accepted_by == ("Anna Åström",)


@pytest.mark.parametrize("content", [None, b"", b"something else"])
def test_without_an_archive_a_message_has_no_date(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "archives").mkdir()
        (tmp_path / "archives" / "anna.skymail").write_bytes(content)
    assert received(tmp_path, "anna", [("INBOX", "1")]) == {}


def test_steps_stand_by_phase(report: Report) -> None:
    states = {one.id: one.state for one in report.steps.lines}
    assert states["notice-given"] == DONE
    assert states["export"] == FAILED
    assert states["new-addresses"] == LATE
    assert states["help-ordered"] == READY
    assert states["warned-7"] == WAITING
    assert states["dns-plan"] == LEFT_OUT
    assert (report.steps.done, report.steps.wanted) == (3, 35)
    export = next(one for one in report.steps.lines if one.id == "export")
    assert "11 messages could not be moved" in export.said
    assert [one.phase for one in report.steps.phases][:2] == ["agreement", "discovery"]
    assert next_steps(report.steps)[0].id == "export"


def test_the_first_look_says_what_is_wrong_worst_first(report: Report) -> None:
    found = matters(report)
    assert level_of(found) is Level.WRONG
    assert [one.sentence for one in found][:3] == [
        "The step “Export mailboxes and application backups” failed (owner: team).",
        "11 items failed, for 2 reasons.",
        "The drop handover ends in 9 h, and nobody has confirmed its receipt.",
    ]
    later = [one.sentence for one in found if one.level is Level.ATTENTION]
    assert "The last pass of share homes did not come to its end." in later
    assert "Notice ends in 3 days (2026-10-31 24:00)." in later
    assert "1 critical concern, which is to be settled before the move can be promised." in later


def test_deadlines_are_told_in_the_projects_zone(report: Report) -> None:
    found = {one.name: one for one in report.deadlines}
    assert (found["notice-ends"].shown, found["notice-ends"].zone) == ("2026-10-31 24:00", "CET")
    assert found["notice-given"].passed
    assert not found["erasure"].passed
    following = next_deadline(report.deadlines)
    assert following is not None
    assert following.name == "notice-ends"


def test_until_the_ledger_has_deadlines_the_contracts_are_shown(migration: Migration) -> None:
    assert [(one.name, one.noted) for one in deadlines_of(migration)][:2] == [
        ("notice-given", False),
        ("notice-ends", False),
    ]
    sooner = Deadline("notice-ends", moves.NOW, "It was agreed.")
    set_deadlines(migration.ledger, migration.name, [sooner], by="Bengt Öberg")
    (found,) = [one for one in deadlines_of(migration) if one.name == "notice-ends"]
    assert (found.at, found.why, found.noted) == (moves.NOW, "It was agreed.", True)


def test_concerns_have_the_checks_own_words(middle: Migration, report: Report) -> None:
    assert report.concerns.at == moves.MORNING
    assert report.concerns.lines[0].category == "critical"
    assert report.concerns.lines[0].advice
    told = json.loads((middle.workspace / "discovery" / "discovery.json").read_text())
    assert sum(len(one.found) for one in report.concerns.lines) == len(told["concerns"])


def test_a_discovery_that_cannot_be_read_is_told(migration: Migration) -> None:
    assert concerns_in(migration.workspace).at is None
    folder = migration.folder("discovery")
    for text in ("{", "[]", '{"concerns": [{"id": 1}], "at": "today"}', '{"at": "2026-08-08"}'):
        (folder / "discovery.json").write_text(text)
        assert "discovery.json cannot be read" in concerns_in(migration.workspace).unreadable
    unknown = {"id": "x.y", "category": "warning", "subject": "it", "found": "This.", "examples": []}
    (folder / "discovery.json").write_text(json.dumps({"concerns": [unknown], "at": "2026-08-08T09:00:00+02:00"}))
    (line,) = concerns_in(migration.workspace).lines
    assert (line.title, line.advice) == ("x.y", "")


def test_drops_and_approvals_are_there(report: Report) -> None:
    (drop,) = report.drops
    assert (drop.name, drop.state, drop.extensions, drop.is_settled) == ("handover", "open", 1, False)
    assert drop.ends_unfetched(report.at)
    assert not drop.overdue(report.at)
    assert [(one.what, one.approver) for one in report.approvals] == [
        ("Change of norrskenbygg.example's records, plan 8f31c2a90b7e", "Ingrid Solberg"),
        ("Cutover", "Bengt Öberg"),
        ("Loss of what failed in share company", "Anna Åström"),
    ]


def test_the_journal_is_checked_and_each_phases_last_run_told(report: Report) -> None:
    assert not report.history.broken
    assert report.history.newest[0].action == "drop-begun"
    assert {one.phase: (one.failed, one.codes) for one in report.history.runs} == {
        "export": (12, ("mail.message-too-large",)),
        "delta": (0, ()),
    }


def test_a_run_that_has_not_ended_and_one_that_changed_nothing(migration: Migration) -> None:
    for action, data in (
        ("delta-run", {"moved": 3}),
        ("delta-dry-run", {"moved": 9}),
        ("export-begun", {"after_pass": 0}),
    ):
        journal.append(migration.ledger, migration.name, actor="a", action=action, subject="s", data=data)
    runs = history_of(migration.ledger, migration.name).runs
    assert {one.phase: (one.moved, one.under_way) for one in runs} == {"delta": (3, False), "export": (0, True)}


def test_a_journal_that_was_changed_is_the_first_thing_told(migration: Migration) -> None:
    journal.append(migration.ledger, migration.name, actor="a", action="approved", subject="cutover")
    with migration.ledger.writing() as connection:
        for guard in GUARDS:
            connection.exec_driver_sql(f"DROP TRIGGER {guard}")
        connection.execute(journal_table.update().values(actor="b"))
    found = matters(report_of(migration))
    assert found[0].level is Level.WRONG
    assert "journal" in found[0].sentence


def test_a_move_that_has_not_begun_has_a_page_too(migration: Migration) -> None:
    found = report_of(migration)
    assert {one.pass_state for one in found.gauges} == {"not started"}
    assert (found.throughput, found.failures, found.drops, found.approvals) == (None, (), (), ())
    assert found.steps.done == 0


def test_without_a_step_at_hand_the_first_one_that_waits_is_next(migration: Migration) -> None:
    (first,) = next_steps(report_of(migration).steps)
    assert (first.id, first.state) == ("notice-given", WAITING)
    playbook = load_playbook("hosted-office-exit")
    ensure_steps(migration.ledger, migration.name, playbook, by="t")
    finish_step(migration.ledger, migration.name, "notice-given", by="t")
    assert "help-ordered" in [one.id for one in next_steps(report_of(migration).steps) if one.state == READY]
