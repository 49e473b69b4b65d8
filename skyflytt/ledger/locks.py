"""One pass over a workload at a time: a lock that ends with its process, however that ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from sqlalchemy import NullPool, create_engine
from sqlalchemy.exc import OperationalError

from skyflytt.errors.ledger import PassRunning
from skyflytt.ledger.ledger import Ledger, translating
from skyflytt.ledger.workloads import Workload

POSTGRESQL_LOCK_CLASS = 7355608


@contextmanager
def workload_lock(ledger: Ledger, workload: Workload) -> Iterator[None]:
    """Hold the workload, or raise `PassRunning` at once when another process or thread holds it."""
    hold = _advisory_lock if ledger.engine.dialect.name == "postgresql" else _file_lock
    with hold(ledger, workload):
        yield


@contextmanager
def _file_lock(ledger: Ledger, workload: Workload) -> Iterator[None]:
    folder = Path(f"{ledger.engine.url.database}.locks")
    folder.mkdir(exist_ok=True)
    descriptor = os.open(folder / str(workload.id), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PassRunning(workload.label, "its lock is held") from error
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _advisory_lock(ledger: Ledger, workload: Workload) -> Iterator[None]:
    # A connection of its own, whose end is the lock's end: held for a whole pass, the pool would run dry.
    engine = create_engine(ledger.engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    pair = (POSTGRESQL_LOCK_CLASS, workload.id)
    with ExitStack() as held:
        with translating(engine):
            connection = held.enter_context(engine.connect())
            taken = connection.exec_driver_sql("SELECT pg_try_advisory_lock(%s, %s)", pair).scalar_one()
        if not taken:
            raise PassRunning(workload.label, "its lock is held")
        try:
            yield
        finally:
            # The server notices a closed connection a moment later; one that was lost has given its lock up already.
            with suppress(OperationalError):
                connection.exec_driver_sql("SELECT pg_advisory_unlock(%s, %s)", pair)
