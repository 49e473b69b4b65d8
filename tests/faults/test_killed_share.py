"""A share pass killed at every single point of a small life, and at random points of random lives.

Whatever happens, the next pass ends with the target as the source is, no unfinished file, and nothing left to move.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from skyflytt.files.local import open_local
from skyflytt.files.memory import MemoryStore
from skyflytt.files.port import FileStore
from skyflytt.ledger import items
from skyflytt.ledger.workloads import ensure_workload
from tests.faults.killing import Executioner, Killed, MortalLedger, MortalStore
from tests.faults.ledgers import PROJECT, copy_ledger, make_template, quick_folder
from tests.files.engine.shares import Share, put, tree

Change = Callable[[FileStore], None]


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    with quick_folder() as folder:
        yield make_template(folder)


class Life:
    """A share whose process may die; `go` runs passes until one comes to its end."""

    def __init__(self, template: Path, source: FileStore, target: FileStore, at: int | None, *, renaming: str) -> None:
        self.executioner = Executioner(at)
        self.folder = ExitStack()
        place = self.folder.enter_context(quick_folder())
        plain = copy_ledger(template, place / "ledger.sqlite")
        self.ledger = MortalLedger(plain.engine, plain.clock, self.executioner)
        self.folder.callback(plain.engine.dispose)
        workload = ensure_workload(plain, PROJECT, "share", "gemensam")
        self.share = Share(self.ledger, workload, source, MortalStore(target, self.executioner, renaming))
        self.share.removal_limit = 1.0

    def __enter__(self) -> Life:
        return self

    def __exit__(self, *_: object) -> None:
        self.folder.close()

    def go(self) -> bool:
        """One pass; False when it was killed."""
        try:
            self.share.run()
        except Killed:
            self.executioner.restart()
            return False
        return True

    def check(self) -> None:
        last = self.share.accounts[-1]
        assert (last.failed, last.skipped, last.source) == (0, 0, last.moved)
        assert tree(self.share.target) == tree(self.share.source)
        assert self.share.run().moved_now == 0
        held = [one.target_ref for one in items.stream(self.ledger, self.share.workload) if one.target_ref is not None]
        assert len(held) == len(set(held))


def first(source: FileStore) -> None:
    put(source, "a", b"a", 1)
    put(source, "d/e", b"e", 2)
    put(source, "f", b"f", 3)
    put(source, "was here", b"w", 1)


def then(source: FileStore) -> None:
    put(source, "a", b"changed", 4)
    source.rename("f", "moved/f2")
    source.remove("d/e")
    source.remove("d")
    put(source, "d", b"now a file", 5)
    source.make_folder("new")


def live(template: Path, at: int | None, *, restart_first: bool, renaming: str, store: str = "memory") -> int:
    """Fill, pass, change, pass, with one death; how many points there were to die at."""
    with ExitStack() as opened:
        if store == "memory":
            source, target = MemoryStore(), MemoryStore()
        else:
            folder = opened.enter_context(quick_folder())
            (folder / "s").mkdir(), (folder / "t").mkdir()
            source = opened.enter_context(open_local(SimpleNamespace(root=folder / "s")))
            target = opened.enter_context(open_local(SimpleNamespace(root=folder / "t")))
        life = opened.enter_context(Life(template, source, target, at, renaming=renaming))
        put(target, "was here", b"w", 1)
        first(source)
        if not life.go() and restart_first:
            assert life.go()
        then(source)
        if not life.go():
            assert life.go()
        points = life.executioner.points
        life.check()
        return points


HEAVY = [pytest.mark.heavy, pytest.mark.timeout(1800)]
EACH = [
    pytest.param(True, "atomic", "memory", id="changes after the restart", marks=HEAVY),
    pytest.param(False, "two steps", "memory", id="changes before it, rename in two steps"),
    pytest.param(False, "atomic", "memory", id="changes before it", marks=HEAVY),
    pytest.param(True, "two steps", "memory", id="rename in two steps", marks=HEAVY),
    pytest.param(True, "copying", "memory", id="rename by copying", marks=HEAVY),
    pytest.param(False, "copying", "memory", id="changes before it, rename by copying", marks=HEAVY),
    pytest.param(False, "two steps", "local", id="on a disk", marks=HEAVY),
]


@pytest.mark.parametrize(("restart_first", "renaming", "store"), EACH)
def test_killed_at_every_point(template: Path, restart_first: bool, renaming: str, store: str) -> None:
    points = live(template, None, restart_first=restart_first, renaming=renaming, store=store)
    assert points > 80
    for at in range(points):
        live(template, at, restart_first=restart_first, renaming=renaming, store=store)


NAMES = ["a", "b", "m/a", "m/b", "m", "m/n/c", "o/a"]


def random_change(source: FileStore, chance: random.Random) -> None:
    """Anything that a person may do to a share in a moment; the same size at the same time is never another content."""
    there = tree(source)
    files = [key for key, found in there.items() if found is not None]
    folders = [key for key, found in there.items() if found is None]
    act = chance.choice(["write", "write", "move", "move", "copy", "remove", "remove folder"])
    name = chance.choice(NAMES)
    above = {name[:at] for at, sign in enumerate(name) if sign == "/"}
    if act in ("write", "copy", "move"):
        if above & set(files) or f"{name}/" in folders:
            return
        old = chance.choice(files) if files else None
        if act == "write" or old is None or old == name:
            put(source, name, chance.choice([b"", b"x", b"y", b"longer"]), chance.randrange(1, 10**5))
        elif act == "move":
            source.rename(old, name)
        else:
            content, modified = there[old]  # type: ignore[misc]
            put(source, name, content)
            source.rename(name, name, modified)
    elif act == "remove" and files:
        source.remove(chance.choice(files))
    elif folders:
        top = chance.choice(folders)
        for key in sorted((key for key in there if key.startswith(top)), reverse=True):
            source.remove(key.rstrip("/"))


def random_life(template: Path, seed: int, gaps: list[int]) -> None:
    """Changes and passes in turn; each pass may be killed, and after each death the source may have changed again."""
    chance = random.Random(seed)
    source, target = MemoryStore(), MemoryStore()
    with Life(template, source, target, None, renaming=chance.choice(["atomic", "two steps", "copying"])) as life:
        for gap in gaps:
            for _ in range(chance.randrange(5)):
                random_change(source, chance)
            life.executioner.at = life.executioner.points + gap
            life.go()
            life.executioner.restart()
        assert life.go()
        life.check()


LIVES = {
    "seed": st.integers(0, 2**32),
    "gaps": st.lists(st.integers(0, 90), min_size=1, max_size=6),
}


@given(seed=LIVES["seed"], gaps=LIVES["gaps"])
@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
def test_random_lives(template: Path, seed: int, gaps: list[int]) -> None:
    random_life(template, seed, gaps)


@pytest.mark.heavy
@pytest.mark.timeout(1800)
@given(seed=LIVES["seed"], gaps=LIVES["gaps"])
@settings(
    max_examples=500,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_many_random_lives(template: Path, seed: int, gaps: list[int]) -> None:
    random_life(template, seed, gaps)
