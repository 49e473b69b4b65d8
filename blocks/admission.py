"""Lets steps in at a server as far as its limit of connections has slots, across all runs and workers.

A slot is lent: whoever dies without giving it back loses it when the lease ends.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic, sleep

from prefect.settings import PREFECT_API_URL

from blocks.connection_limit import ensure_once, limit_name, limit_of
from blocks.lease import lent
from skyflytt.phase.admission import Admission, allowed
from skyflytt.project.servers import EwsServer, Server

POLL_S = 3.0


def admission(tell: Callable[[str], None], side_by_side: int) -> Admission:
    """For a step that runs beside others of its run: it takes its share of the connections, and leaves them theirs."""

    @contextmanager
    def admitted(
        server: Server, login: str = "", *, beside: Server | None = None, most: int | None = None
    ) -> Iterator[int]:
        wanted = allowed(server, beside, most)
        if isinstance(server, EwsServer):
            wanted = min(wanted, math.ceil(server.connections / side_by_side))
        names = _limits(server, login, beside)
        with ExitStack() as held:
            # Most often there is room for all, and one question is enough.
            if names and not _taken(held, names, wanted):
                _wait_for_one(held, names, tell)
                wanted = 1 + _more(held, names, wanted - 1)
            yield wanted

    return admitted


def _limits(server: Server, login: str, beside: Server | None) -> list[str]:
    """Names of the limits to keep to, each of which is there."""
    api, found = str(PREFECT_API_URL.value()), {}
    for one in (server, beside):
        if one is not None and (name := limit_name(one, login)):
            found[name] = limit_of(one)
    for name, connections in found.items():
        ensure_once(api, name, connections)
    return list(found)


def _wait_for_one(held: ExitStack, names: list[str], tell: Callable[[str], None]) -> None:
    began = None
    while not _taken(held, names, 1):
        if began is None:
            began = monotonic()
            tell(f"waiting for a free connection: all that {' and '.join(names)} permits are in use by other steps")
        sleep(POLL_S)
    if began is not None:
        tell(f"a connection is free after {monotonic() - began:.0f} s")


def _more(held: ExitStack, names: list[str], wanted: int) -> int:
    """As many as are free now, up to so many: who already has one never waits for another."""
    while wanted > 0 and not _taken(held, names, wanted):
        wanted //= 2
    return max(wanted, 0)


def _taken(held: ExitStack, names: list[str], slots: int) -> bool:
    """Of all of them, or of none."""
    return held.enter_context(lent(names, slots))
