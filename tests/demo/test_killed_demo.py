"""`make demo` killed with `kill -9` at random moments and started again, until it comes to its end: the new home is then as it must be.

Whether it is, the servers' own data say (`target.py`), not the ledger.
"""

from __future__ import annotations

import random

import pytest

from tests.demo.ends import comes_to_its_end, moves_nothing_more
from tests.demo.running import COMMITS, Demo, Moment, random_moment

STEPS = tuple(COMMITS)
HOW = ("process", "group", "everything")


@pytest.mark.timeout(900)
def test_a_demo_killed_three_times_ends_with_everything_in_its_place(demo: Demo, chance: random.Random) -> None:
    killed_at(demo, random_moment(chance, "first-delta"), "everything")
    killed_at(demo, random_moment(chance, chance.choice(("weekly-delta", "cutover", "last-delta"))), "process")
    killed_at(demo, random_moment(chance, chance.choice(("drop-open", "decommission"))), chance.choice(HOW))
    comes_to_its_end(demo)
    moves_nothing_more(demo)


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


def killed_at(demo: Demo, moment: Moment, how: str) -> None:
    demo.start()
    assert demo.reach(moment), f"it ended before {moment}:\n{demo.output()}"
    demo.kill(how)
    print(f"killed {how} at {moment}, after {demo.age:.0f} s")
