"""Invariant 3: an item counts as moved only when its copy was verified, and how is kept."""

from __future__ import annotations

import pytest
from sqlalchemy import TextClause, text
from sqlalchemy.exc import IntegrityError

from skyflytt.ledger import items
from skyflytt.ledger.items import Done
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import running_pass
from skyflytt.ledger.schema import Intent, Origin, State, Verified
from skyflytt.ledger.workloads import Workload
from tests.ledger.moving import see

VERIFIED = {
    "verified": "'digest'",
    "identity": "'i'",
    "target_ref": "'r'",
    "origin": "'put'",
    "done_pass": "1",
}


@pytest.mark.parametrize("how", list(Verified))
def test_way_of_verifying_is_kept(how: Verified, ledger: Ledger, workload: Workload) -> None:
    see(ledger, workload, "a")
    with running_pass(ledger, workload) as running:
        items.start(ledger, running, ["a"], Intent.PUT)
        items.finish(ledger, running, [Done("a", "at/a", how, "identity", "folder")])
    (found,) = items.stream(ledger, workload)
    assert (found.state, found.verified, found.identity) == (State.DONE, how, "identity")
    assert (found.target_ref, found.target_container, found.origin) == ("at/a", "folder", Origin.PUT)
    assert (found.intent, found.attempts, found.done_pass) == (None, 1, 1)


def test_database_takes_done_with_everything(ledger: Ledger, workload: Workload) -> None:
    see(ledger, workload, "a")
    with ledger.writing() as raw:
        raw.execute(_done(VERIFIED))
    assert [item.state for item in items.stream(ledger, workload)] == [State.DONE]


@pytest.mark.parametrize("missing", list(VERIFIED))
def test_database_refuses_done_without(missing: str, ledger: Ledger, workload: Workload) -> None:
    see(ledger, workload, "a")
    with pytest.raises(IntegrityError, match="item_done_is_verified"), ledger.writing() as raw:
        raw.execute(_done({**VERIFIED, missing: "NULL"}))


def test_database_refuses_an_unknown_state(ledger: Ledger, workload: Workload) -> None:
    see(ledger, workload, "a")
    with pytest.raises(IntegrityError, match="item_state"), ledger.writing() as raw:
        raw.execute(text("UPDATE item SET state = 'moved'"))


def _done(values: dict[str, str]) -> TextClause:
    return text("UPDATE item SET state = 'done', " + ", ".join(f"{name} = {value}" for name, value in values.items()))
