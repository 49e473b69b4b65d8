"""An item whose content is another one at the source: its copy counts as stale until it is replaced, whatever comes between."""

from __future__ import annotations

import pytest

from skyflytt.ledger import items
from skyflytt.ledger.items import Done, Item, Seen
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.listing import take_listing
from skyflytt.ledger.passes import end, running_pass
from skyflytt.ledger.schema import Intent, Origin, State, Verified
from skyflytt.ledger.versions import edits_in, with_edits
from skyflytt.ledger.workloads import Workload
from tests.ledger.moving import all_items


def seen(edits: int, identity: str = "one", flags: str = r"\Seen") -> Seen:
    return Seen("a", with_edits(flags, edits), 10, identity=identity)


def listed(ledger: Ledger, workload: Workload, one: Seen) -> Item:
    with running_pass(ledger, workload) as running:
        take_listing(ledger, running, [one])
    return all_items(ledger, workload)["a"]


@pytest.fixture
def moved(ledger: Ledger, workload: Workload) -> Workload:
    with running_pass(ledger, workload) as running:
        take_listing(ledger, running, [seen(0)])
        items.start(ledger, running, ["a"], Intent.PUT)
        items.finish(ledger, running, [Done("a", "9", Verified.BYTES, "one", "INBOX")])
        end(ledger, running, 1)
    return workload


def test_edits_are_told_from_all_else_in_a_version() -> None:
    assert [edits_in(with_edits(r"\Seen $a", number)) for number in (0, 1, 23)] == [0, 1, 23]
    assert with_edits("", 0) == ""
    assert [edits_in(version) for version in ("", " ", "10:2026-01-01T00:00:00+00:00", "}{1}", "{x}")] == [0] * 5


def test_an_edit_makes_the_copy_stale_and_flags_do_not(ledger: Ledger, moved: Workload) -> None:
    assert listed(ledger, moved, seen(0)).state is State.DONE
    marked = listed(ledger, moved, seen(0, flags=""))
    assert (marked.state, marked.verified) == (State.SEEN, Verified.BYTES)
    for one in (seen(1, flags=""), seen(1, flags="$a")):
        edited = listed(ledger, moved, one)
        assert (edited.state, edited.verified, edited.target_ref) == (State.SEEN, Verified.STALE, "9")


def test_another_identity_under_the_same_name_is_another_content(ledger: Ledger, moved: Workload) -> None:
    edited = listed(ledger, moved, seen(0, identity="two"))
    assert (edited.state, edited.verified, edited.identity) == (State.SEEN, Verified.STALE, "two")


def test_what_has_no_copy_has_none_that_is_stale(ledger: Ledger, workload: Workload) -> None:
    listed(ledger, workload, seen(0))
    assert listed(ledger, workload, seen(1)).verified is None


def test_a_copy_stays_stale_until_it_is_replaced(ledger: Ledger, moved: Workload) -> None:
    listed(ledger, moved, seen(1, identity="two"))
    with running_pass(ledger, moved) as running:
        items.start(ledger, running, ["a"], Intent.REPLACE)
        assert all_items(ledger, moved)["a"].verified is Verified.STALE
        items.renumber(ledger, running, [("a", "10")])
        items.withdraw(ledger, running, ["a"])
        withdrawn = all_items(ledger, moved)["a"]
        assert (withdrawn.state, withdrawn.intent, withdrawn.verified) == (State.SEEN, None, Verified.STALE)
        assert (withdrawn.target_ref, withdrawn.origin) == ("10", Origin.PUT)
        items.start(ledger, running, ["a"], Intent.REPLACE)
        items.finish(ledger, running, [Done("a", "11", Verified.BYTES, "two", "INBOX")])
        assert end(ledger, running, 1).moved_now == 1
    assert all_items(ledger, moved)["a"].verified is Verified.BYTES
    assert list(items.remarked(ledger, moved)) == []


def test_a_remark_stays_with_what_is_done(ledger: Ledger, moved: Workload) -> None:
    listed(ledger, moved, seen(1))
    with running_pass(ledger, moved) as running:
        remark = ("mail.something", "Somebody has to know it.")
        items.finish(ledger, running, [Done("a", "11", Verified.BYTES, "two", "INBOX", remark=remark)])
        end(ledger, running, 1)
    assert [(item.key, item.code, item.detail) for item in items.remarked(ledger, moved)] == [("a", *remark)]
