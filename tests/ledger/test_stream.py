"""The stream of items: in the order of the keys' bytes, on every database, while others write."""

from __future__ import annotations

import pytest

from skyflytt.ledger import items
from skyflytt.ledger.items import Seen
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import running_pass
from skyflytt.ledger.schema import State
from skyflytt.ledger.workloads import Workload
from tests.ledger.moving import new_workload, put, see

# Each pair sorts otherwise in Swedish, in UTF-16, without regard to case, or with folders first.
AWKWARD = [
    "",
    " leading",
    "a",
    "a b",
    "a-b",
    "a/",
    "a/b",
    "a.txt",
    "A",
    "b",
    "Z",
    "z",
    "Å",
    "å",
    "a\u030a",
    "ä",
    "ö",
    "Ö",
    "\ue000",
    "\ufffd",
    "\U0001f600",
    "\U0001f600/x",
    "😀 y",
    "ﬁ",
    "fi",
    "%",
    "_",
    "'",
    '"',
    "\\",
    "\n",
    "\x7f",
    "日本",
]


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(items, "BATCH_ROWS", 3)


def test_order_is_that_of_utf8_bytes(ledger: Ledger, workload: Workload, small_batches: None) -> None:
    see(ledger, workload, *AWKWARD)
    assert [item.key for item in items.stream(ledger, workload)] == sorted(AWKWARD, key=str.encode)


def test_order_is_that_of_python_strings(ledger: Ledger, workload: Workload) -> None:
    """A merge-join compares strings as they are."""
    see(ledger, workload, *AWKWARD)
    assert [item.key for item in items.stream(ledger, workload)] == sorted(AWKWARD)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 6, 7])
def test_every_item_comes_once_whatever_the_batch(
    count: int, ledger: Ledger, workload: Workload, small_batches: None
) -> None:
    keys = [f"{number}" for number in range(count)]
    see(ledger, new_workload(ledger, "acme", "before"), "x")
    see(ledger, workload, *keys)
    see(ledger, new_workload(ledger, "acme", "after"), "x")
    assert [item.key for item in items.stream(ledger, workload)] == keys


def test_only_the_wanted_states_come(ledger: Ledger, workload: Workload, small_batches: None) -> None:
    see(ledger, workload, *"abcdefgh")
    with running_pass(ledger, workload) as running:
        put(ledger, running, *"bdf")
        items.record_gone(ledger, workload, ["h"])
        assert [item.key for item in items.stream(ledger, workload, State.DONE)] == list("bdf")
        assert [item.key for item in items.stream(ledger, workload, State.DONE, State.GONE)] == list("bdfh")


def test_stream_is_stable_while_items_are_written(ledger: Ledger, workload: Workload, small_batches: None) -> None:
    see(ledger, workload, *"bcdefghijk")
    streamed = []
    with running_pass(ledger, workload) as running:
        for item in items.stream(ledger, workload, State.SEEN):
            streamed.append(item.key)
            put(ledger, running, item.key)
            see(ledger, workload, f"a new one behind, of {item.key}")
    assert streamed == list("bcdefghijk")
    assert [item.key for item in items.stream(ledger, workload, State.DONE)] == list("bcdefghijk")


def test_item_carries_every_column(ledger: Ledger, workload: Workload) -> None:
    items.record_new(ledger, workload, [Seen("Inbox/1", "flags", 2**40, "Inbox", "fingerprint")])
    (item,) = items.stream(ledger, workload)
    assert items.get(ledger, workload, "Inbox/1") == item
    assert item._asdict() == {
        "key": "Inbox/1",
        "container": "Inbox",
        "version": "flags",
        "size_bytes": 2**40,
        "state": State.SEEN,
        "identity": "fingerprint",
        "intent": None,
        "code": None,
        "detail": None,
        "target_container": None,
        "target_ref": None,
        "verified": None,
        "origin": None,
        "attempts": 0,
        "done_pass": None,
    }
    assert items.get(ledger, workload, "Inbox/2") is None
