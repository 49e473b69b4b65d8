"""Invariant 5: once a project is cut over nothing is deleted or overwritten, there is no way back, and only our own is ever removed."""

from __future__ import annotations

from multiprocessing.context import ForkServerContext

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from skyflytt.deadline.clock import MovableClock
from skyflytt.errors.ledger import AppendOnly, NotOurs, PassRunning
from skyflytt.ledger import items, journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import end, running_pass
from skyflytt.ledger.projects import cut_over, ensure_project, mode, require_mirror
from skyflytt.ledger.schema import Intent, Mode, State
from skyflytt.ledger.workloads import Workload
from tests.ledger import children
from tests.ledger.moving import find, new_workload, put, see

CHANGES = [Intent.REMOVE, Intent.REPLACE, Intent.MOVE]


def test_cut_over_happens_once_and_is_in_the_journal(ledger: Ledger, workload: Workload, clock: MovableClock) -> None:
    require_mirror(ledger, "acme", "a")
    assert cut_over(ledger, "acme", "Anna Åström")
    assert not cut_over(ledger, "acme", "Bengt")
    assert mode(ledger, "acme") is Mode.APPEND
    entries = list(journal.entries(ledger, "acme"))
    assert [(entry.actor, entry.action, entry.at) for entry in entries] == [("Anna Åström", "cut-over", clock.now())]


@pytest.mark.parametrize("intent", CHANGES)
def test_changes_are_refused_after_the_cutover(intent: Intent, ledger: Ledger, workload: Workload) -> None:
    see(ledger, workload, "a", "b")
    with running_pass(ledger, workload) as running:
        put(ledger, running, "a")
    cut_over(ledger, "acme", "Anna")
    with running_pass(ledger, workload) as running:
        assert running.mode is Mode.APPEND
        with pytest.raises(AppendOnly, match="acme is cut over"):
            items.start(ledger, running, ["a"], intent)
        with pytest.raises(AppendOnly):
            require_mirror(ledger, "acme", "a")
        put(ledger, running, "b")
        account = end(ledger, running, source=2)
    assert (account.mode, account.moved) == (Mode.APPEND, 2)
    assert [item.state for item in items.stream(ledger, workload)] == [State.DONE, State.DONE]


@pytest.mark.parametrize("intent", CHANGES)
def test_changes_to_copies_that_are_not_ours_are_refused(intent: Intent, ledger: Ledger, workload: Workload) -> None:
    see(ledger, workload, "found", "never-moved", "put")
    with running_pass(ledger, workload) as running:
        put(ledger, running, "put")
        find(ledger, running, "found")
        for theirs in ("found", "never-moved"):
            with pytest.raises(NotOurs, match=theirs):
                items.start(ledger, running, ["put", theirs], intent)
        states = {item.key: item.state for item in items.stream(ledger, workload)}
        assert states == {"found": "done", "never-moved": "seen", "put": "done"}
        items.start(ledger, running, ["put"], intent)


def test_copy_stays_ours_when_its_item_changes_goes_or_moves(ledger: Ledger, workload: Workload) -> None:
    see(ledger, workload, "changes", "found", "goes", "moves", "moves-found", "new", "new-found")
    with running_pass(ledger, workload) as running:
        put(ledger, running, "changes", "goes", "moves")
        find(ledger, running, "found", "moves-found")
        items.record_changed(ledger, workload, [items.Seen("changes", "v2", 1), items.Seen("found", "v2", 1)])
        items.record_gone(ledger, workload, ["goes", "moves", "moves-found"])
        items.hand_over(ledger, running, "moves", "new")
        items.hand_over(ledger, running, "moves-found", "new-found")
        items.start(ledger, running, ["changes"], Intent.REPLACE)
        items.start(ledger, running, ["goes"], Intent.REMOVE)
        items.start(ledger, running, ["new"], Intent.MOVE)
        for key in ("found", "moves", "moves-found", "new-found"):
            with pytest.raises(NotOurs, match=key):
                items.start(ledger, running, [key], Intent.REMOVE)


def test_removed_copy_is_not_ours_again(ledger: Ledger, workload: Workload) -> None:
    see(ledger, workload, "a")
    with running_pass(ledger, workload) as running:
        put(ledger, running, "a")
        items.record_gone(ledger, workload, ["a"])
        items.start(ledger, running, ["a"], Intent.REMOVE)
        items.record_removed(ledger, running, ["a"])
        with pytest.raises(NotOurs):
            items.start(ledger, running, ["a"], Intent.REMOVE)
        assert end(ledger, running, source=0).source == 0


def test_cut_over_waits_for_running_passes(
    url: str, ledger: Ledger, workload: Workload, processes: ForkServerContext
) -> None:
    """A pass in mirror mode may be about to change what it has announced."""
    other = new_workload(ledger, "other")
    with running_pass(ledger, workload), pytest.raises(PassRunning, match="share homes"):
        cut_over(ledger, "acme", "Anna")
    assert mode(ledger, "acme") is Mode.MIRROR
    with running_pass(ledger, other):
        assert cut_over(ledger, "acme", "Anna")
    said = processes.Queue()
    process = processes.Process(daemon=True, target=children.hold_pass, args=(url, other, said))
    process.start()
    said.get(timeout=30)
    with pytest.raises(PassRunning):
        cut_over(ledger, "other", "Anna")
    process.kill()
    process.join()


def test_two_cutovers_at_once_are_one(
    url: str, ledger: Ledger, workload: Workload, processes: ForkServerContext
) -> None:
    said, together = processes.Queue(), processes.Barrier(2)
    started = [
        processes.Process(daemon=True, target=children.cut_over_at_once, args=(url, together, cut_over, said))
        for _ in range(2)
    ]
    for process in started:
        process.start()
    answers = sorted(said.get(timeout=30) for _ in started)
    for process in started:
        process.join()
    assert answers in (["False", "True"], ["PassRunning", "True"])
    assert len(list(journal.entries(ledger, "acme"))) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE project SET mode = 'mirror', cut_over_at = NULL",
        "UPDATE project SET mode = 'mirror'",
        "UPDATE project SET cut_over_by = 'somebody else'",
        "UPDATE project SET name = 'acme before'",
        "DELETE FROM project",
    ],
)
def test_database_knows_no_way_back(statement: str, ledger: Ledger) -> None:
    ensure_project(ledger, "acme")
    with ledger.writing() as raw:
        raw.execute(text("UPDATE project SET mode = 'append', cut_over_at = '2026', cut_over_by = 'Anna'"))
    with pytest.raises(IntegrityError), ledger.writing() as raw:
        raw.execute(text(statement))
    assert mode(ledger, "acme") is Mode.APPEND


def test_project_is_never_replaced(ledger: Ledger, database: str) -> None:
    ensure_project(ledger, "acme")
    cut_over(ledger, "acme", "Anna")
    ensure_project(ledger, "acme")
    row = "INTO project (name, mode, created_at) VALUES ('acme', 'mirror', '2026')"
    if database == "sqlite":
        with ledger.writing() as raw:
            raw.execute(text(f"INSERT OR REPLACE {row}"))
    else:
        for statement in (f"INSERT {row} ON CONFLICT (name) DO UPDATE SET mode = 'mirror'", "TRUNCATE project CASCADE"):
            with pytest.raises(IntegrityError), ledger.writing() as raw:
                raw.execute(text(statement))
    assert mode(ledger, "acme") is Mode.APPEND


def test_database_refuses_append_without_its_time(ledger: Ledger) -> None:
    ensure_project(ledger, "acme")
    with pytest.raises(IntegrityError, match="project_cut_over"), ledger.writing() as raw:
        raw.execute(text("UPDATE project SET mode = 'append'"))
