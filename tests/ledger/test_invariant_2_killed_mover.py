"""Invariant 2, kept through kill -9: at the end the target is the source, with no item lost and none there twice."""

from __future__ import annotations

import random
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import last_account
from skyflytt.ledger.schema import State
from skyflytt.ledger.workloads import Workload
from tests.ledger import mover
from tests.ledger.moving import all_items

FILES = 120

Move = tuple[str, Workload, Path, Path]


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    target.mkdir()
    for number in range(FILES):
        # Some contents are there twice: real duplicates stay duplicates.
        (source / f"file {number:04} å.txt").write_text(f"content {number - number % 5 % 2}")
    (source / "draft.tmp").write_text("not wanted")
    (source / "nothing.txt").write_text("")
    return source, target


@pytest.fixture
def move(url: str, workload: Workload, folders: tuple[Path, Path]) -> Move:
    return url, workload, *folders


@pytest.mark.parametrize("kills", [10, pytest.param(30, marks=pytest.mark.heavy)])
def test_target_equals_source_after_kills(kills: int, ledger: Ledger, move: Move, processes: ForkServerContext) -> None:
    _, workload, source, target = move
    dice = random.Random(kills)
    cut_off = 0
    for number in range(kills):
        moved = dice.randint(0, FILES // kills)
        cut_off += _killed(processes, move, moved, dice.uniform(0, 0.02))
        assert not mover.contents_of(target) - mover.contents_of(source), f"a duplicate after kill {number + 1}"
    account = _to_the_end(processes, move)
    wanted = mover.contents_of(source)
    del wanted[mover.digest(b"not wanted")], wanted[mover.digest(b"")]
    assert mover.contents_of(target) == wanted
    assert account == (FILES + 2, FILES, 1, 1)
    kept = last_account(ledger, workload)
    assert kept is not None
    assert (kept.source, kept.moved, kept.skipped, kept.failed) == account
    refs = [item.target_ref for item in all_items(ledger, workload).values() if item.state is State.DONE]
    assert sorted(ref for ref in refs if ref) == sorted(path.name for path in target.iterdir())
    assert cut_off > kills * 0.8, "the kills have to hit passes that are running"


def _killed(processes: ForkServerContext, move: Move, moved: int, and_seconds: float) -> bool:
    """Start the mover, kill it when it has moved so many files and a moment more; whether it was still at work."""
    target = move[-1]
    before = len(list(target.iterdir()))
    listens, tells = processes.Pipe(duplex=False)
    process = processes.Process(daemon=True, target=mover.move_all, args=(*move, tells))
    process.start()
    assert listens.recv() == "ready"
    ended = False
    while not ended and len(list(target.iterdir())) < before + moved:
        ended = listens.poll(0.001)
    ended = ended or listens.poll(and_seconds)
    process.kill()
    process.join()
    return not ended


def _to_the_end(processes: ForkServerContext, move: Move) -> tuple[int, int, int, int]:
    listens, tells = processes.Pipe(duplex=False)
    process = processes.Process(daemon=True, target=mover.move_all, args=(*move, tells))
    process.start()
    assert listens.recv() == "ready"
    assert listens.poll(60), "the pass did not end"
    account = listens.recv()
    process.join()
    assert process.exitcode == 0
    assert isinstance(account, tuple)
    return account
