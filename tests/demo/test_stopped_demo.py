"""`make demo` interrupted (Ctrl-C, SIGTERM, a second one beside it) and killed with `kill -9`, at random moments, and started again each time:
one sentence at an interruption, nothing left running, and the next run goes on until the new home is as it must be.

Whether it is, the servers' own data say (`target.py`), not the ledger. The first test uses one home for all of it.
"""

from __future__ import annotations

import random
import signal

import pytest

from tests.demo.ends import comes_to_its_end, moves_nothing_more
from tests.demo.running import COMMITS, Demo, Moment, random_moment
from tests.demo.stopping import ends, interrupted_at, killed_at, second_is_refused, started_until

STEPS = tuple(COMMITS)
HOW = ("process", "group", "everything")


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_demo_interrupted_and_killed_ends_with_everything_in_its_place(demo: Demo, chance: random.Random) -> None:
    started_until(demo, random_moment(chance, "export"))
    second_is_refused(demo)
    ends(demo, signal.SIGINT, 130)
    killed_at(demo, random_moment(chance, chance.choice(("weekly-delta", "cutover", "callers"))), "everything")
    assert "400 moved (400 now)" not in demo.output(), "the export was made anew"
    comes_to_its_end(demo)


@pytest.mark.heavy
@pytest.mark.timeout(1800)
def test_a_demo_interrupted_and_killed_three_times_each_ends_with_everything_in_its_place(
    demo: Demo, chance: random.Random
) -> None:
    interrupted_at(demo, Moment(None, seconds=chance.uniform(1.0, 10.0)))
    started_until(demo, random_moment(chance, "export"))
    second_is_refused(demo)
    ends(demo, signal.SIGINT, 130)
    killed_at(demo, random_moment(chance, "first-delta"), "everything")
    assert "400 moved (400 now)" not in demo.output(), "the export was made anew"
    started_until(demo, random_moment(chance, "weekly-delta"))
    ends(demo, signal.SIGTERM, 143)
    killed_at(
        demo, random_moment(chance, chance.choice(("ttl-lowered", "cutover", "callers", "last-delta"))), "process"
    )
    killed_at(demo, random_moment(chance, chance.choice(("drop-open", "decommission"))), chance.choice(HOW))
    comes_to_its_end(demo)


@pytest.mark.heavy
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("round_", range(4))
def test_a_demo_killed_five_times_ends_with_everything_in_its_place(
    demo: Demo, chance: random.Random, round_: int
) -> None:
    """Twenty kills in all, the first of every round before anything has happened yet."""
    places = sorted(chance.sample(range(len(STEPS)), k=4))
    for number, step in enumerate((None, *(STEPS[place] for place in places))):
        killed_at(demo, random_moment(chance, step), HOW[(round_ + number) % len(HOW)])
    comes_to_its_end(demo)
    moves_nothing_more(demo)


@pytest.mark.heavy
@pytest.mark.timeout(3600)
def test_a_demo_interrupted_in_every_step_comes_to_its_end(demo: Demo, chance: random.Random) -> None:
    for step in COMMITS:
        interrupted_at(demo, random_moment(chance, step))
    comes_to_its_end(demo)
