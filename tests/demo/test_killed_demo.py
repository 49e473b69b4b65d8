"""`make demo` killed with `kill -9` at random moments and started again, until it comes to its end: the new home is then as it must be.

Whether it is, the servers' own data say (`target.py`), not the ledger.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo.running import COMMITS, Demo, Moment, random_moment
from tests.demo.target import differences

STEPS = tuple(COMMITS)
HOW = ("process", "group", "everything")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    demo = Demo(tmp_path / "demo")
    yield demo
    demo.stop_all()


@pytest.mark.timeout(900)
def test_a_demo_killed_three_times_ends_with_everything_in_its_place(demo: Demo) -> None:
    chance = seeded()
    killed_at(demo, random_moment(chance, "first-delta"), "everything")
    killed_at(demo, random_moment(chance, chance.choice(("weekly-delta", "cutover", "last-delta"))), "process")
    killed_at(demo, random_moment(chance, chance.choice(("drop-open", "decommission"))), chance.choice(HOW))
    comes_to_its_end(demo)
    moves_nothing_more(demo)


@pytest.mark.heavy
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("round_", range(4))
def test_a_demo_killed_five_times_ends_with_everything_in_its_place(demo: Demo, round_: int) -> None:
    """Twenty kills in all, the first of every round before anything has happened yet."""
    chance = seeded()
    order = sorted(chance.choices(range(len(STEPS)), k=4))
    for step in (None, *(STEPS[place] for place in order)):
        killed_at(demo, random_moment(chance, step), HOW[(round_ + chance.randrange(3)) % 3])
    comes_to_its_end(demo)
    moves_nothing_more(demo)


def seeded() -> random.Random:
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")
    return random.Random(seed)


def killed_at(demo: Demo, moment: Moment, how: str) -> None:
    demo.start()
    assert demo.reach(moment), f"it ended before {moment}:\n{demo.output()}"
    demo.kill(how)
    print(f"killed {how} at {moment}")


def comes_to_its_end(demo: Demo) -> None:
    demo.start()
    code = demo.end()
    said = demo.output()
    assert code == 0, said
    assert "Everything adds up." in said, said
    assert_reconciles(said)
    assert demo.servers() == [], "servers are left running"
    assert differences(demo.home) == []


def moves_nothing_more(demo: Demo) -> None:
    demo.start()
    code = demo.end()
    said = demo.output()
    assert code == 0, said
    assert re.search(r"This run moved 0 items in \d+ s\. Nothing was left to do", said), said
    assert differences(demo.home) == []


def assert_reconciles(said: str) -> None:
    """The printed accounts themselves: source = moved + skipped + failed, nothing failed, for every workload of the project."""
    rows = re.findall(r"│ (\w+ [\w-]+) +│ +(\d+) │ +(\d+) │ +(\d+) │ +(\d+) │", said)
    kinds = sorted(row[0].split()[0] for row in rows)
    assert kinds == sorted(["archive"] * 4 + ["mailbox"] * 4 + ["share"] * 2 + ["drop"]), said
    for _, source, moved, skipped, failed in rows:
        assert int(source) == int(moved) + int(skipped), said
        assert int(failed) == 0, said
