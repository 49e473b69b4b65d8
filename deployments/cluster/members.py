"""The parts of a cluster that run for as long as it does: how each is started, whether it lives, and how it is stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import httpx

from deployments.cluster import postgresql, prefect_server, redis
from deployments.cluster.place import ClusterPlace
from deployments.stack import server, worker
from deployments.stack.failures import DidNotStart
from deployments.stack.process import Process

RUNS_PER_WORKER = 2
WORKER_PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Member:
    """`start` waits until it is ready, and leaves one that is ready alone; it may be called again at any time.

    `process` is the living process, or None; `stop` says whether there was anything to stop.
    """

    name: str
    start: Callable[[], object]
    process: Callable[[], Process | None]
    stop: Callable[[], bool]
    is_worker: bool = False

    def begin(self) -> bool:
        """Start it; True, that it runs."""
        self.start()
        return True

    def end(self) -> bool:
        return self.stop()


def members(place: ClusterPlace, workers: int, runs_per_worker: int = RUNS_PER_WORKER) -> list[Member]:
    """In the order of their start."""
    return [
        Member(
            "postgresql",
            partial(postgresql.start, place),
            partial(postgresql.running, place),
            partial(postgresql.stop, place),
        ),
        Member("redis", partial(redis.start, place), partial(redis.running, place), partial(redis.stop, place)),
        Member(
            "server",
            partial(prefect_server.start, place),
            partial(prefect_server.process, place),
            partial(prefect_server.stop, place),
        ),
        *(_worker(place, f"worker-{number}", runs_per_worker) for number in range(1, workers + 1)),
    ]


def known_workers(place: ClusterPlace) -> int:
    """How many workers the cluster was started with, as far as they were not stopped since."""
    numbers = [int(name.removeprefix("worker-")) for name in worker.names(place.prefect) if name != worker.NAME]
    return max(numbers, default=0)


def _worker(place: ClusterPlace, name: str, runs: int) -> Member:
    return Member(
        name,
        partial(_start_worker, place, name, runs),
        partial(worker.running, place.prefect, name),
        partial(worker.end, place.prefect, name, WORKER_PATIENCE_S),
        is_worker=True,
    )


def _start_worker(place: ClusterPlace, name: str, runs: int) -> Process:
    found = server.running(place.prefect)
    if found is None:
        raise DidNotStart(name, "there is no Prefect server for it yet")
    try:
        return worker.start(found, name=name, limit=runs)
    except httpx.HTTPError as error:
        raise DidNotStart(name, f"the Prefect server does not answer: {error}") from error
