"""A share pass over several connections, killed at random points of random lives: whatever was under way at once, nothing is lost."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.faults.killing import Executioner, Killed, MortalLedger, MortalStore
from tests.faults.ledgers import make_template, quick_folder
from tests.faults.test_killed_share import random_change
from tests.files.engine.crews import Many, opened_many
from tests.files.engine.shares import put, tree

CONNECTIONS = 3


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    with quick_folder() as folder:
        yield make_template(folder)


def mortal(many: Many, executioner: Executioner, renaming: str) -> Many:
    many.ledger = MortalLedger(many.ledger.engine, many.ledger.clock, executioner)
    many.wrap_target = lambda store: MortalStore(store, executioner, renaming)
    many.removal_limit = 1.0
    return many


def go(many: Many, executioner: Executioner) -> bool:
    """One pass; False when it was killed."""
    try:
        many.run(CONNECTIONS)
    except Killed:
        return False
    finally:
        executioner.restart()
    return True


def random_life(template: Path, seed: int, gaps: list[int]) -> None:
    """Changes and passes in turn; each may be killed. Many files in one group, and groups side by side."""
    chance = random.Random(seed)
    with opened_many(template) as many:
        executioner = Executioner()
        mortal(many, executioner, chance.choice(["atomic", "two steps", "copying"]))
        for number in range(chance.randrange(200)):
            put(many.source, f"many/{number % 5}/{number}", bytes([number % 256]), number)
        for gap in gaps:
            for _ in range(chance.randrange(5)):
                random_change(many.source, chance)
            executioner.at = executioner.points + gap
            go(many, executioner)
        assert go(many, executioner)
        last = many.accounts[-1]
        assert (last.failed, last.skipped, last.source) == (0, 0, last.moved)
        assert tree(many.target) == tree(many.source)
        assert many.run(CONNECTIONS).moved_now == 0


LIVES = {"seed": st.integers(0, 2**32), "gaps": st.lists(st.integers(0, 900), min_size=1, max_size=4)}
CHECKS = [HealthCheck.function_scoped_fixture]


@given(seed=LIVES["seed"], gaps=LIVES["gaps"])
@settings(max_examples=12, deadline=None, phases=[Phase.generate], suppress_health_check=CHECKS, derandomize=True)
def test_random_lives(template: Path, seed: int, gaps: list[int]) -> None:
    random_life(template, seed, gaps)


@pytest.mark.heavy
@pytest.mark.timeout(1800)
@given(seed=LIVES["seed"], gaps=LIVES["gaps"])
@settings(max_examples=300, deadline=None, phases=[Phase.generate], suppress_health_check=CHECKS)
def test_many_random_lives(template: Path, seed: int, gaps: list[int]) -> None:
    random_life(template, seed, gaps)
