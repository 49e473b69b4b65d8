"""Waiting for what another process, or a server, does in a moment."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from skyflytt.errors.ledger import PassRunning
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass, running_pass
from skyflytt.ledger.workloads import Workload


@contextmanager
def pass_when_free(ledger: Ledger, workload: Workload, seconds: float = 5) -> Iterator[Pass]:
    """A pass as soon as the workload is free: PostgreSQL needs a moment to see that a killed process has hung up."""
    give_up = time.monotonic() + seconds
    with ExitStack() as held:
        while True:
            try:
                running = held.enter_context(running_pass(ledger, workload))
                break
            except PassRunning:
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.01)
        yield running
