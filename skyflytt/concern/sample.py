"""Out of very many things: how many they are and the first few of them, or a fair choice of some; both in flat memory."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Generic, TypeVar

MOST_SAMPLES = 20
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sample:
    """`total` counts all; `examples` are the first of them, readable for a person."""

    total: int = 0
    examples: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.total > 0


NOTHING = Sample()


class Sampling:
    """Collects a `Sample`."""

    def __init__(self) -> None:
        self._total = 0
        self._examples: list[str] = []

    def add(self, example: str) -> None:
        self._total += 1
        if len(self._examples) < MOST_SAMPLES:
            self._examples.append(example)

    def sample(self) -> Sample:
        return Sample(self._total, tuple(self._examples))


class Reservoir(Generic[T]):
    """`size` things chosen among all that are offered, each with the same chance; the same offers give the same choice."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._random = Random(0)
        self._offered = 0
        self.chosen: list[T] = []

    def offer(self, thing: T) -> None:
        self._offered += 1
        if len(self.chosen) < self._size:
            self.chosen.append(thing)
        elif (place := self._random.randrange(self._offered)) < self._size:
            self.chosen[place] = thing
