"""Directories for the contract suite: each filled with people and licences, and opened as the migration opens it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from skyflytt.deadline.clock import MovableClock
from skyflytt.directory.port import Directory
from tests.directory.company import ANNA, BO, IT, MEETINGS, NOW, TRIALS, company, in_memory
from tests.directory.webex.running import running_webex


@dataclass(frozen=True)
class Place:
    """A directory, opened anew for each test with the same people. `held` is a licence of which `holders` hold units,
    and no unit is left; `administrator` is one of them. `wait` stands in for time."""

    opened: Callable[[], AbstractContextManager[Directory]]
    held: str
    holders: frozenset[str]
    administrator: str
    wait: Callable[[float], None]


@contextmanager
def memory(_folder: Path) -> Iterator[Place]:
    @contextmanager
    def opened() -> Iterator[Directory]:
        yield in_memory(old_reads=1)

    yield Place(opened, "meetings", frozenset({IT, ANNA, BO}), IT, lambda _: None)


@contextmanager
def webex(folder: Path) -> Iterator[Place]:
    with running_webex(folder, company()) as running:

        @contextmanager
        def opened() -> Iterator[Directory]:
            held = company(stale_reads=2)
            running.hold(held)
            directory = running.open(held.organisations[0].id, MovableClock(NOW), trials=TRIALS)
            yield directory
            directory.close()

        yield Place(opened, MEETINGS.id, frozenset({IT, ANNA, BO}), IT, lambda _: None)


PLACES: tuple[Callable[[Path], AbstractContextManager[Place]], ...] = (memory, webex)
