"""Lets steps in at a server as far as its limit of connections has slots, across all runs and workers.

A slot is lent: whoever dies without giving it back loses it when the lease ends.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic, sleep

import httpx
from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError
from prefect.concurrency.sync import concurrency

from blocks.connection_limit import ensure_limit, limit_name
from skyflytt.phase.admission import Admission
from skyflytt.project.servers import EwsServer

LEASE_S = 60.0
"""The shortest that Prefect lends for; it is renewed after three quarters of it."""
POLL_S = 3.0


def admission(tell: Callable[[str], None], side_by_side: int) -> Admission:
    """For a step that runs beside others of its run: it takes its share of the connections, and leaves them theirs."""

    @contextmanager
    def admitted(server: EwsServer, login: str) -> Iterator[int]:
        name = limit_name(server, login)
        ensure_limit(name, server.connections)
        with ExitStack() as held:
            _wait_for_one(held, name, tell)
            yield 1 + _more(held, name, math.ceil(server.connections / side_by_side) - 1)

    return admitted


def _wait_for_one(held: ExitStack, name: str, tell: Callable[[str], None]) -> None:
    began = None
    while not _taken(held, name, 1):
        if began is None:
            began = monotonic()
            tell(f"waiting for a free connection: all that {name} permits are in use by other steps")
        sleep(POLL_S)
    if began is not None:
        tell(f"a connection is free after {monotonic() - began:.0f} s")


def _more(held: ExitStack, name: str, wanted: int) -> int:
    """As many as are free now, up to so many: who already has one never waits for another."""
    while wanted > 0 and not _taken(held, name, wanted):
        wanted //= 2
    return max(wanted, 0)


def _taken(held: ExitStack, name: str, slots: int) -> bool:
    try:
        held.enter_context(
            concurrency(name, slots, max_retries=0, lease_duration=LEASE_S, raise_on_lease_renewal_failure=False)
        )
    except ConcurrencySlotAcquisitionError as error:
        if _is_taken(error):
            return False
        raise
    return True


def _is_taken(error: BaseException) -> bool:
    cause = error.__cause__
    return isinstance(cause, httpx.HTTPStatusError) and cause.response.status_code == httpx.codes.LOCKED
