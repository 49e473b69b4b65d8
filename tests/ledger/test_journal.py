"""The journal: one chain per project, in which any change shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerContext

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from skyflytt.deadline.clock import MovableClock
from skyflytt.errors.ledger import JournalBroken
from skyflytt.ledger import journal
from skyflytt.ledger.journal import FIRST, entry_hash
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.projects import ensure_project
from skyflytt.version import VERSION
from tests.ledger import children

GUARDS = ("journal_unchanged", "journal_undeleted")


@pytest.fixture
def written(ledger: Ledger) -> Ledger:
    """Five entries of one project and one of another."""
    for project in ("acme", "other"):
        ensure_project(ledger, project)
    journal.append(ledger, "other", actor="Anna", action="pass", subject="homes")
    for number in range(5):
        journal.append(ledger, "acme", actor="Anna Åström", action="pass", subject="homes", data={"moved": number})
    return ledger


@contextmanager
def tampering(ledger: Ledger) -> Iterator[Connection]:
    """A connection of somebody who has taken the database's guards away."""
    with ledger.writing() as raw:
        if ledger.engine.dialect.name == "sqlite":
            for guard in GUARDS:
                raw.execute(text(f"DROP TRIGGER {guard}"))
        else:
            raw.execute(text("ALTER TABLE journal DISABLE TRIGGER USER"))
        yield raw


def test_entries_are_what_was_written(written: Ledger, clock: MovableClock) -> None:
    entries = list(journal.entries(written, "acme"))
    assert [entry.number for entry in entries] == [1, 2, 3, 4, 5]
    assert [entry.data for entry in entries] == [{"moved": number} for number in range(5)]
    assert {(one.actor, one.action, one.subject, one.at, one.clock) for one in entries} == {
        ("Anna Åström", "pass", "homes", clock.now(), "movable")
    }
    assert {one.tool_version for one in entries} == {VERSION}
    assert [one.previous_hash for one in entries] == [FIRST, *(one.hash for one in entries[:-1])]


def test_hash_can_be_computed_by_anybody(written: Ledger) -> None:
    """The form of the hashed text is part of the evidence's format: it may not change unseen."""
    first = next(journal.entries(written, "acme"))
    text_of_first = (
        '{"action":"pass","actor":"Anna Åström","at":"2026-08-08T09:00:00.000000+00:00","clock":"movable",'
        '"data":"{\\"moved\\": 0}","number":1,"previous_hash":"' + FIRST + '","project":"acme","subject":"homes",'
        '"tool_version":"' + VERSION + '"}'
    )
    values = json.loads(text_of_first)
    assert entry_hash(values) == first.hash


@pytest.mark.parametrize(
    "change",
    [
        "at = '2026-08-08T09:00:00.000001+00:00'",
        "at = '2026-08-08T11:00:00.000000+02:00'",
        "at = '2026-08-08T09:00:00.000000'",
        "at = 'yesterday'",
        "clock = 'system'",
        "actor = 'Bengt'",
        "action = 'cut-over'",
        "subject = 'company'",
        """data = '{"moved": 99}'""",
        """data = '{"moved":2}'""",
        "data = 'nothing'",
        "tool_version = '9.9.9'",
        f"previous_hash = '{FIRST}'",
        f"hash = '{FIRST}'",
        "number = 9",
        "project = 'other'",
    ],
)
def test_changed_field_is_found(change: str, written: Ledger) -> None:
    with tampering(written) as raw:
        raw.execute(
            text(f"UPDATE journal SET {change.replace(':', chr(92) + ':')} WHERE project = 'acme' AND number = 3")
        )
    _assert_broken(written)


@pytest.mark.parametrize("number", [1, 2, 4])
def test_removed_entry_is_found(number: int, written: Ledger) -> None:
    with tampering(written) as raw:
        raw.execute(text(f"DELETE FROM journal WHERE project = 'acme' AND number = {number}"))
    _assert_broken(written)


def test_removed_entry_is_found_when_the_rest_closes_up(written: Ledger) -> None:
    with tampering(written) as raw:
        raw.execute(text("DELETE FROM journal WHERE project = 'acme' AND number = 3"))
        raw.execute(text("UPDATE journal SET number = 3 WHERE project = 'acme' AND number = 4"))
        raw.execute(text("UPDATE journal SET number = 4 WHERE project = 'acme' AND number = 5"))
    _assert_broken(written)


@pytest.mark.parametrize("number", [0, 6])
def test_inserted_entry_is_found(number: int, written: Ledger) -> None:
    names = "at, clock, actor, action, subject, data, tool_version, previous_hash, hash"
    with tampering(written) as raw:
        raw.execute(
            text(
                f"INSERT INTO journal (project, number, {names}) "
                f"SELECT project, {number}, {names} FROM journal WHERE project = 'acme' AND number = 2"
            )
        )
    _assert_broken(written)


def test_reordered_entries_are_found(written: Ledger) -> None:
    with tampering(written) as raw:
        for old, new in ((2, 9), (3, 2), (9, 3)):
            raw.execute(text(f"UPDATE journal SET number = {new} WHERE project = 'acme' AND number = {old}"))
    _assert_broken(written)


def test_other_projects_chain_stands(written: Ledger) -> None:
    with tampering(written) as raw:
        raw.execute(text("UPDATE journal SET actor = 'Bengt' WHERE project = 'acme' AND number = 3"))
    assert len(list(journal.entries(written, "other"))) == 1


@pytest.mark.parametrize("statement", ["UPDATE journal SET actor = 'Bengt' WHERE number = 3", "DELETE FROM journal"])
def test_database_refuses_to_change_the_journal(statement: str, written: Ledger) -> None:
    with pytest.raises(IntegrityError, match="the journal only grows"), written.writing() as raw:
        raw.execute(text(statement))
    assert len(list(journal.entries(written, "acme"))) == 5


def test_database_refuses_to_replace_the_journal(written: Ledger, database: str) -> None:
    names = "number, at, clock, action, subject, data, tool_version, previous_hash, hash"
    statement = {
        "sqlite": f"INSERT OR REPLACE INTO journal (project, actor, {names}) "
        f"SELECT project, 'Bengt', {names} FROM journal",
        "postgresql": "TRUNCATE journal",
    }[database]
    with pytest.raises(IntegrityError, match="the journal only grows"), written.writing() as raw:
        raw.execute(text(statement))
    assert len(list(journal.entries(written, "acme"))) == 5


def test_appends_from_four_processes_are_one_chain(url: str, ledger: Ledger, processes: ForkServerContext) -> None:
    ensure_project(ledger, "acme")
    together = processes.Barrier(4)
    started = [
        processes.Process(daemon=True, target=children.append_entries, args=(url, f"process {number}", 25, together))
        for number in range(4)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join(60)
        assert process.exitcode == 0
    entries = list(journal.entries(ledger, "acme"))
    assert [entry.number for entry in entries] == list(range(1, 101))
    for number in range(4):
        own = [entry.data["number"] for entry in entries if entry.actor == f"process {number}"]
        assert own == list(range(25))


def test_entry_falls_with_its_transaction(ledger: Ledger) -> None:
    ensure_project(ledger, "acme")

    def writes_and_fails() -> None:
        with ledger.writing() as connection:
            journal.append_in(connection, ledger, "acme", actor="Anna", action="pass", subject="homes")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        writes_and_fails()
    assert list(journal.entries(ledger, "acme")) == []


def _assert_broken(ledger: Ledger) -> None:
    with pytest.raises(JournalBroken, match="acme"):
        list(journal.entries(ledger, "acme"))
