"""A demo in a home of its own; whatever it started is gone when the test ends."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo.running import Demo


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    demo = Demo(tmp_path / "demo")
    yield demo
    demo.stop_all()


@pytest.fixture
def chance() -> random.Random:
    """A failed test shows the seed, with which it can be repeated."""
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")
    return random.Random(seed)
