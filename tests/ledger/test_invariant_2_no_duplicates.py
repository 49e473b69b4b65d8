"""Invariant 2: `started` is committed before the side effect, and what is left `started` is known to the next pass."""

from __future__ import annotations

from multiprocessing.context import ForkServerContext

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from skyflytt.errors.ledger import DoesNotReconcile, PassRunning
from skyflytt.ledger import items
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import end, running_pass
from skyflytt.ledger.schema import Intent, Origin, State, pass_
from skyflytt.ledger.workloads import Workload
from tests.ledger import children
from tests.ledger.moving import all_items, put, see
from tests.ledger.waiting import pass_when_free


def test_started_is_visible_from_another_process_before_the_side_effect(
    url: str, ledger: Ledger, workload: Workload, processes: ForkServerContext
) -> None:
    see(ledger, workload, "a")
    said = processes.Queue()
    with running_pass(ledger, workload) as running:
        items.start(ledger, running, ["a"], Intent.PUT)
        process = processes.Process(daemon=True, target=children.tell_state, args=(url, workload, "a", said))
        process.start()
        assert said.get(timeout=30) == "started"
        process.join()


def test_killed_after_the_announcement_is_found_started(
    url: str, ledger: Ledger, workload: Workload, processes: ForkServerContext
) -> None:
    see(ledger, workload, "a", "b")
    said = processes.Queue()
    process = processes.Process(daemon=True, target=children.start_and_wait, args=(url, workload, "a", said))
    process.start()
    assert said.get(timeout=30) == "started"
    process.kill()
    process.join()
    assert [item.key for item in items.stream(ledger, workload, State.STARTED)] == ["a"]
    found = items.get(ledger, workload, "a")
    assert found is not None
    assert (found.intent, found.attempts) == (Intent.PUT, 1)


def test_interrupted_passes_are_marked(ledger: Ledger, workload: Workload) -> None:
    def fails() -> None:
        with running_pass(ledger, workload):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fails()
    with ledger.reading() as connection:
        assert connection.execute(select(pass_.c.state)).scalar_one() == "interrupted"
    with running_pass(ledger, workload) as running:
        end(ledger, running, source=0)
    with ledger.reading() as connection:
        states = connection.execute(select(pass_.c.number, pass_.c.state).order_by(pass_.c.number)).all()
    assert [tuple(row) for row in states] == [(1, "interrupted"), (2, "ended")]


def test_killed_pass_is_marked_by_the_next(
    url: str, ledger: Ledger, workload: Workload, processes: ForkServerContext
) -> None:
    said = processes.Queue()
    process = processes.Process(daemon=True, target=children.hold_pass, args=(url, workload, said))
    process.start()
    assert said.get(timeout=30) == "pass 1"
    process.kill()
    process.join()
    with ledger.reading() as connection:
        assert connection.execute(select(pass_.c.state)).scalar_one() == "running"
    with pass_when_free(ledger, workload) as running:
        assert running.number == 2
        with ledger.reading() as connection:
            first = select(pass_.c.state).where(pass_.c.number == 1)
            assert connection.execute(first).scalar_one() == "interrupted"


def test_pass_that_lost_its_lock_announces_nothing(ledger: Ledger, workload: Workload) -> None:
    see(ledger, workload, "a")
    with running_pass(ledger, workload) as old:
        pass
    with running_pass(ledger, workload) as new:
        with pytest.raises(PassRunning, match="pass 1 is over"):
            items.start(ledger, old, ["a"], Intent.PUT)
        with pytest.raises(PassRunning, match="pass 1 is over"):
            end(ledger, old, source=0)
        put(ledger, new, "a")
        end(ledger, new, source=1)
        with pytest.raises(PassRunning, match="pass 2 is over"):
            items.start(ledger, new, ["a"], Intent.PUT)


def test_settled_items_are_open_again_with_the_copy_that_was_found(ledger: Ledger, workload: Workload) -> None:
    see(ledger, workload, "a", "b")
    with running_pass(ledger, workload) as running:
        items.start(ledger, running, ["a", "b"], Intent.PUT)
        items.settle(ledger, running, [("a", "at/a", "folder"), ("b", None, "folder")])
    a, b = items.stream(ledger, workload)
    assert (a.state, a.intent, a.target_ref, a.target_container, a.origin) == ("seen", None, "at/a", "folder", "put")
    assert (b.state, b.intent, b.target_ref, b.target_container, b.origin) == ("seen", None, None, None, None)


def test_moved_item_takes_its_copy_along(ledger: Ledger, workload: Workload) -> None:
    see(ledger, workload, "new", "old")
    with running_pass(ledger, workload) as running:
        put(ledger, running, "old")
        items.record_gone(ledger, workload, ["old"])
        items.hand_over(ledger, running, "old", "new")
    found = all_items(ledger, workload)
    assert (found["old"].state, found["old"].target_ref, found["old"].origin) == (State.GONE, None, None)
    assert (found["new"].state, found["new"].target_ref, found["new"].origin) == (State.SEEN, "at/old", Origin.PUT)
    assert found["new"].identity == "digest of old"


def test_hand_over_never_forgets_a_copy(ledger: Ledger, workload: Workload) -> None:
    see(ledger, workload, "new", "old")
    with running_pass(ledger, workload) as running:
        put(ledger, running, "old", "new")
        with pytest.raises(DoesNotReconcile, match="has a copy of its own"):
            items.hand_over(ledger, running, "old", "new")
    assert {key: item.target_ref for key, item in all_items(ledger, workload).items()} == {
        "new": "at/new",
        "old": "at/old",
    }


def test_same_key_is_never_there_twice(ledger: Ledger, workload: Workload) -> None:
    see(ledger, workload, "a")
    with pytest.raises(IntegrityError):
        see(ledger, workload, "a")


def test_database_refuses_started_without_intent(ledger: Ledger, workload: Workload) -> None:
    see(ledger, workload, "a")
    with pytest.raises(IntegrityError, match="item_started_has_intent"), ledger.writing() as raw:
        raw.execute(text("UPDATE item SET state = 'started'"))
