"""A cluster as a whole: up, down, and a way to use its server. Benchmarks use it as `make cluster` does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from deployments.cluster.members import RUNS_PER_WORKER, Member, known_workers, members
from deployments.cluster.place import ClusterPlace
from deployments.stack import alarms, server, settings, worker
from deployments.stack.failures import DidNotStart
from deployments.stack.server import Server
from deployments.stack.worker import POOL


def nobody_listens(_sentence: str) -> None:
    """Nobody wants to be told."""


def up(
    place: ClusterPlace,
    workers: int,
    runs_per_worker: int = RUNS_PER_WORKER,
    told: Callable[[str], None] = nobody_listens,
) -> Server:
    """PostgreSQL, Redis, the Prefect server with every deployment of prefect.yaml, and so many workers; what runs already stays.

    :raises DidNotStart: with the end of its log.
    """
    parts = members(place, workers, runs_per_worker)
    # The first worker makes the pool; the others may then come beside each other.
    first, others = (
        (parts[:-workers], parts[-workers:]) if workers < 2 else (parts[: 1 - workers], parts[1 - workers :])
    )
    for one in first:
        one.start()
        told(f"{one.name} runs")
    _beside_each_other(others, Member.begin)
    for one in others:
        told(f"{one.name} runs")
    running = running_server(place)
    worker.deploy(running)
    told(f"the deployments of prefect.yaml are applied, for the pool {POOL}")
    told(f"automations: {alarms.apply(running).splitlines()[0]}")
    return running


def down(place: ClusterPlace) -> list[str]:
    """Stop whatever runs, workers first; the names of what ran."""
    parts = members(place, known_workers(place))
    workers = [one for one in parts if one.is_worker]
    stopped = _beside_each_other(workers, Member.end)
    others = [one for one in reversed(parts) if not one.is_worker]
    ran = [*zip(workers, stopped, strict=True), *((one, one.end()) for one in others)]
    return [one.name for one, did in ran if did]


def running_server(place: ClusterPlace) -> Server:
    """:raises DidNotStart: there is none."""
    found = server.running(place.prefect)
    if found is None:
        raise DidNotStart("Prefect server", f"none runs in {place.prefect}")
    return found


@contextmanager
def talking(place: ClusterPlace) -> Iterator[Server]:
    """Let flows and blocks of this process use the cluster's server."""
    running = running_server(place)
    with settings.applied(running.environment):
        yield running


def _beside_each_other(parts: Sequence[Member], act: Callable[[Member], bool]) -> list[bool]:
    with ThreadPoolExecutor(max(1, len(parts))) as pool:
        return list(pool.map(act, parts))
