"""Counting in bounded memory, whatever names are made up; texts that can be shown and kept."""

from __future__ import annotations

import pytest

from skyflytt.callers import tally as module
from skyflytt.callers.event import Event
from skyflytt.callers.tally import MANY, Tally


def test_guessed_names_take_bounded_rows_and_lose_no_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FAILING_ROWS", 100)
    monkeypatch.setattr(module, "ROWS", 300)
    tally = Tally()
    for number in range(5_000):
        tally.add(Event(1 + number, "imap", b"guess%d" % number, b"", b"", b"192.0.2.%d" % (number % 7000), 0, 1))
    for number in range(5_000):
        tally.add(Event(1 + number, "imap", b"anna", b"", b"", b"198.51.%d.%d" % divmod(number, 250)))
    rows = dict(tally.rows())
    assert len(rows) <= 2 * 300 + 3
    assert sum(one.failed for one in rows.values()) == 5_000
    assert sum(one.count for one in rows.values()) == 5_000
    assert any(key.account == MANY and key.address == MANY for key in rows)
    assert sum(one.count for key, one in rows.items() if key.account == "anna") == 5_000


def test_first_and_last_do_not_depend_on_the_order() -> None:
    tally = Tally()
    for at, signed_in in ((30, 1), (10, 1), (40, 0), (20, 1)):
        tally.add(Event(at, "imap", b"a", signed_in=signed_in, failed=1 - signed_in))
    ((_, calls),) = tally.rows()
    assert (calls.first, calls.last, calls.last_failed, calls.count, calls.failed) == (10, 30, 40, 3, 1)


def test_the_migrations_own_addresses_are_counted_apart() -> None:
    tally = Tally(own_addresses=frozenset((b"192.0.2.200",)))
    tally.add(Event(1, "imap", b"anna", address=b"192.0.2.200"))
    tally.add(Event(1, "imap", b"anna", address=b"192.0.2.5"))
    assert (tally.own, len(list(tally.rows()))) == (1, 1)


def test_texts_are_printable_in_one_encoding_and_short() -> None:
    tally = Tally()
    tally.add(Event(1, "web", "åsa".encode("latin-1"), agent=b"\x1b]0;evil\x07" + b"A" * 5000, address=b"::1"))
    tally.add(Event(2, "web", "åsa".encode(), agent=b"\x1b]0;evil\x07" + b"A" * 6000, address=b"::1"))
    ((key, calls),) = tally.rows()
    assert key.account == "åsa"
    assert key.agent.isprintable()
    assert len(key.agent.encode()) <= 300
    assert calls.count == 2
