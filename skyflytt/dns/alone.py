"""One step of a zone at a time: a lock that ends with its process, however that ends."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from skyflytt.dns.move import DomainMove
from skyflytt.errors.dns import ZoneInUse
from skyflytt.errors.ledger import PassRunning
from skyflytt.ledger.locks import workload_lock
from skyflytt.ledger.workloads import Workload

P = ParamSpec("P")
R = TypeVar("R")


def alone(step: Callable[Concatenate[DomainMove, P], R]) -> Callable[Concatenate[DomainMove, P], R]:
    """The step raises `ZoneInUse` while another one works on the same zone."""

    @wraps(step)
    def held(move: DomainMove, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with _lock(move):
            return step(move, *args, **kwargs)

    return held


@contextmanager
def _lock(move: DomainMove) -> Iterator[None]:
    # Workloads have numbers above zero; a zone has one of its own below.
    number = -1 - zlib.crc32(f"{move.project} {move.domain.name}".encode()) % 0x7FFFFFFF
    zone = Workload(number, move.project, "zone", move.domain.name)
    with ExitStack() as stack:
        try:
            stack.enter_context(workload_lock(move.ledger, zone))
        except PassRunning as held:
            raise ZoneInUse(move.domain.name, "another command is at work on it") from held
        yield
