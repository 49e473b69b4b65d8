"""Invariant 1: source = moved + skipped + failed, exactly, or the pass does not end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from skyflytt.deadline.clock import MovableClock
from skyflytt.errors.files import PathRefused
from skyflytt.errors.ledger import DoesNotReconcile
from skyflytt.ledger import items
from skyflytt.ledger.items import Done, Seen
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import end, last_account, running_pass
from skyflytt.ledger.schema import Intent, Mode, Verified
from skyflytt.ledger.workloads import Workload
from tests.ledger.moving import new_workload, put, see


def test_account_adds_up(ledger: Ledger, workload: Workload, clock: MovableClock) -> None:
    with running_pass(ledger, workload) as running:
        see(ledger, workload, "a", "b", "c", "d", "e")
        put(ledger, running, "a", "b", "c")
        items.skip(ledger, running, [("d", "files.excluded", "a temporary file")])
        items.fail(ledger, running, [("e", PathRefused("e"))])
        account = end(ledger, running, source=5)
    assert (account.source, account.moved, account.moved_now, account.skipped, account.failed) == (5, 3, 3, 1, 1)
    assert (account.number, account.mode, account.source_bytes, account.ended_at) == (1, Mode.MIRROR, 50, clock.now())
    assert last_account(ledger, workload) == account


def test_second_pass_counts_what_the_first_moved(ledger: Ledger, workload: Workload) -> None:
    with running_pass(ledger, workload) as running:
        see(ledger, workload, "a", "b")
        put(ledger, running, "a", "b")
        end(ledger, running, source=2)
    with running_pass(ledger, workload) as running:
        see(ledger, workload, "c")
        put(ledger, running, "c")
        account = end(ledger, running, source=3)
    assert (account.number, account.source, account.moved, account.moved_now) == (2, 3, 3, 1)
    assert last_account(ledger, workload) == account


def test_counts_after_rescans(ledger: Ledger, workload: Workload) -> None:
    with running_pass(ledger, workload) as running:
        see(ledger, workload, "changes", "fails", "goes", "stays")
        put(ledger, running, "changes", "goes", "stays")
        items.fail(ledger, running, [("fails", PathRefused("fails"))])
        end(ledger, running, source=4)
    with running_pass(ledger, workload) as running:
        items.reopen(ledger, running)
        items.record_changed(ledger, workload, [Seen("changes", "v2", 99)])
        items.record_gone(ledger, workload, ["goes"])
        put(ledger, running, "fails")
        items.start(ledger, running, ["changes"], Intent.REPLACE)
        items.finish(ledger, running, [Done("changes", "at/changes", Verified.DIGEST, "another")])
        account = end(ledger, running, source=3)
    assert (account.source, account.moved, account.moved_now, account.failed) == (3, 3, 2, 0)
    assert account.source_bytes == 99 + 10 + 10
    with running_pass(ledger, workload) as running:
        items.record_changed(ledger, workload, [Seen("goes", "v1", 10)])
        with pytest.raises(DoesNotReconcile, match="still open 1"):
            end(ledger, running, source=4)


@pytest.mark.parametrize("state", ["seen", "started"])
def test_pass_with_open_items_does_not_end(state: str, ledger: Ledger, workload: Workload) -> None:
    with running_pass(ledger, workload) as running:
        see(ledger, workload, "a", "b")
        put(ledger, running, "a")
        if state == "started":
            items.start(ledger, running, ["b"], Intent.PUT)
        with pytest.raises(DoesNotReconcile, match="still open 1"):
            end(ledger, running, source=1)
    assert last_account(ledger, workload) is None


@pytest.mark.parametrize("source", [0, 1, 3])
def test_pass_with_a_wrong_count_does_not_end(source: int, ledger: Ledger, workload: Workload) -> None:
    with running_pass(ledger, workload) as running:
        see(ledger, workload, "a", "b")
        put(ledger, running, "a", "b")
        with pytest.raises(DoesNotReconcile, match=f"source {source} = moved 2"):
            end(ledger, running, source=source)
        assert end(ledger, running, source=2).moved == 2


def test_other_workloads_are_not_counted(ledger: Ledger, workload: Workload) -> None:
    other = new_workload(ledger, "acme", "company")
    see(ledger, other, "x")
    with running_pass(ledger, workload) as running:
        see(ledger, workload, "a")
        put(ledger, running, "a")
        assert end(ledger, running, source=1).source == 1


@pytest.mark.parametrize(
    "counts",
    [
        "source = 5, moved = 3, skipped = 1, failed = 0",
        "source = 3, moved = 3, skipped = NULL, failed = 0",
        "source = NULL, moved = 0, skipped = 0, failed = 0",
        "source = NULL, moved = NULL, skipped = NULL, failed = NULL",
    ],
)
def test_database_refuses_an_account_that_does_not_add_up(counts: str, ledger: Ledger, workload: Workload) -> None:
    with (
        running_pass(ledger, workload),
        pytest.raises(IntegrityError, match="pass_reconciles"),
        ledger.writing() as raw,
    ):
        raw.execute(text(f"UPDATE pass SET state = 'ended', {counts}"))


@pytest.mark.parametrize("state", ["skipped", "failed"])
@pytest.mark.parametrize("code", ["NULL", "''"])
def test_database_refuses_skip_and_fail_without_a_reason(
    state: str, code: str, ledger: Ledger, workload: Workload
) -> None:
    see(ledger, workload, "a")
    with pytest.raises(IntegrityError, match="item_has_reason"), ledger.writing() as raw:
        raw.execute(text(f"UPDATE item SET state = '{state}', code = {code}"))


def test_reason_is_kept(ledger: Ledger, workload: Workload) -> None:
    see(ledger, workload, "a", "b")
    with running_pass(ledger, workload) as running:
        items.skip(ledger, running, [("a", "files.excluded", "a temporary file")])
        items.fail(ledger, running, [("b", PathRefused("b", "no rights"))])
    skipped, failed = items.stream(ledger, workload)
    assert (skipped.code, skipped.detail) == ("files.excluded", "a temporary file")
    assert (failed.code, failed.detail) == ("files.path-refused", "The store refused b: no rights")


def test_outcome_of_an_unknown_item_is_refused(ledger: Ledger, workload: Workload) -> None:
    see(ledger, workload, "a")
    with running_pass(ledger, workload) as running:
        writes: list[Callable[[], object]] = [
            lambda: items.start(ledger, running, ["a", "nowhere"], Intent.PUT),
            lambda: items.skip(ledger, running, [("nowhere", "code", "words")]),
            lambda: items.record_gone(ledger, workload, ["nowhere"]),
            lambda: items.record_changed(ledger, workload, [Seen("nowhere", "v2", 1)]),
            lambda: items.settle(ledger, running, [("nowhere", None, "")]),
            lambda: items.hand_over(ledger, running, "nowhere", "a"),
            lambda: put(ledger, running, "nowhere"),
        ]
        for write in writes:
            with pytest.raises(DoesNotReconcile, match=r"not in the ledger|not there"):
                write()
    assert [(item.key, item.state, item.attempts) for item in items.stream(ledger, workload)] == [("a", "seen", 0)]
