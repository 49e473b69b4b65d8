"""Ctrl-C in the middle of a transaction comes after it, and the ledger can be written to at once."""

from __future__ import annotations

import signal
import threading

import pytest
from sqlalchemy import insert, select

from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import project
from skyflytt.ledger.uninterrupted import uninterrupted


def interrupted_in_a_transaction(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        signal.raise_signal(signal.SIGINT)
        values = {"name": "norrsken", "mode": "mirror", "created_at": ledger.clock.now()}
        connection.execute(insert(project).values(**values))


def test_a_transaction_is_whole_before_the_interruption(ledger: Ledger) -> None:
    with pytest.raises(KeyboardInterrupt):
        interrupted_in_a_transaction(ledger)
    with ledger.writing() as connection:
        assert connection.execute(select(project.c.name)).scalars().all() == ["norrsken"]


def failing(heard: list[int]) -> None:
    with uninterrupted():
        signal.raise_signal(signal.SIGINT)
        raise ValueError(f"heard {len(heard)}")


def test_an_error_inside_stays_when_the_handler_returns() -> None:
    heard: list[int] = []
    usual = signal.signal(signal.SIGINT, lambda number, _frame: heard.append(number))
    try:
        with pytest.raises(ValueError, match="heard 0"):
            failing(heard)
    finally:
        signal.signal(signal.SIGINT, usual)
    assert heard == [signal.SIGINT]


def test_other_threads_and_deaf_processes_are_left_alone() -> None:
    usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with uninterrupted():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, usual)
    seen: list[object] = []

    def elsewhere() -> None:
        with uninterrupted():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen == [usual]
