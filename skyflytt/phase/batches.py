"""How mailboxes or shares are dealt out to runs: each its own while they are few, several small ones together when they are many.

A run of its own is a process of its own, which takes seconds to begin, and Prefect's server records some twenty task runs a second.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heapify, heapreplace
from math import ceil

PER_WORKER = 2
"""Runs that a worker is given at a time: while one begins, the other works."""
ROUNDS = 3
"""So many times as many runs there are, so that nobody is idle while another one has much left."""
LEAST_NAMES = 8
"""In one of many runs: what works side by side in one process, twice."""
MOST_NAMES = 50
"""In one run: a run that is lost is begun again for what it had not ended."""
MOST_RUNS = 200
"""Of one task: each is a line of the run history."""


def batches(names: Sequence[str], weight: Callable[[str], float], workers: int) -> list[tuple[str, ...]]:
    """Every name once, the heaviest batch first; names stay in their order within a batch."""
    if not names:
        return []
    runs = number_of_runs(len(names), workers)
    weights = {name: weight(name) for name in names}
    # The heaviest first, each to the batch that has least so far.
    dealt: list[tuple[float, int, list[str]]] = [(0.0, number, []) for number in range(runs)]
    heapify(dealt)
    for name in sorted(names, key=lambda one: weights[one], reverse=True):
        heavy, number, batch = dealt[0]
        batch.append(name)
        heapreplace(dealt, (heavy + weights[name], number, batch))
    order = {name: place for place, name in enumerate(names)}
    heaviest_first = sorted(dealt, key=lambda one: (-one[0], one[1]))
    return [tuple(sorted(batch, key=order.__getitem__)) for _, _, batch in heaviest_first if batch]


def number_of_runs(names: int, workers: int) -> int:
    """For so many names: as many as are done at a time, or a multiple of it, so that all workers end together."""
    at_a_time = max(1, workers) * PER_WORKER
    if names <= at_a_time * ROUNDS:
        return names
    rounds = next((one for one in range(ROUNDS, 1, -1) if names >= at_a_time * one * LEAST_NAMES), 1)
    return min(MOST_RUNS, max(at_a_time * rounds, ceil(names / MOST_NAMES)))
