"""One engine for each ledger that a process has open: its questions are compiled and its connections made once, and not for every mailbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy import Engine

from skyflytt.deadline.clock import Clock
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.open import engine_of, made_ready

_engines: dict[str, Engine] = {}
_users: Counter[str] = Counter()
_lock = Lock()


@contextmanager
def shared_ledger(url: str, clock: Clock) -> Iterator[Ledger]:
    """The ledger as `open_ledger` opens it; its connections are closed when the last user in this process has let it go."""
    engine = _join(url)
    try:
        made_ready(engine)
        yield Ledger(engine, clock)
    finally:
        _leave(url)


def _join(url: str) -> Engine:
    with _lock:
        if url not in _engines:
            _engines[url] = engine_of(url)
        _users[url] += 1
        return _engines[url]


def _leave(url: str) -> None:
    with _lock:
        _users[url] -= 1
        if not _users[url]:
            del _users[url]
            _engines.pop(url).dispose()
