"""A pass whose steps are carried out by processes of a Dask cluster: the same account, also when a process dies in the middle."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil
import pytest
from prefect_dask import DaskTaskRunner

from skyflytt.deadline.clock import SystemClock
from skyflytt.errors.spread import PartLost
from skyflytt.files.crew import AnyCrew, Pair
from skyflytt.files.guard import AppendAfterCutover, ReadOnly
from skyflytt.files.local import open_local
from skyflytt.files.passes import SharePass
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.open import open_ledger
from skyflytt.ledger.passes import Account
from skyflytt.ledger.projects import ensure_project
from skyflytt.ledger.schema import Mode
from skyflytt.ledger.workloads import ensure_workload
from skyflytt.project.servers import LocalServer
from tasks.dask_crew import DaskCrew

FILES, SIZE = 60, 20_000
SLOW_S = 0.1


@contextmanager
def open_folders(source: Path, target: Path, slowly: bool = False) -> Iterator[Pair]:
    with (
        open_local(LocalServer(kind="local", root=source)) as near,
        open_local(LocalServer(kind="local", root=target)) as far,
    ):
        if slowly:
            read = near.read
            near.read = lambda path, offset=0: (time.sleep(SLOW_S), read(path, offset))[1]  # type: ignore[method-assign]
        yield ReadOnly(near), AppendAfterCutover(far, lambda: Mode.MIRROR)


@pytest.fixture(scope="module")
def cluster() -> Iterator[DaskTaskRunner]:
    settings = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with DaskTaskRunner(cluster_kwargs=settings) as runner:
        yield runner


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for number in range(FILES):
        path = tmp_path / "old" / f"{number % 5}" / f"{number}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(SIZE))
    (tmp_path / "new").mkdir()
    return tmp_path / "old", tmp_path / "new"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}", SystemClock())
    ensure_project(opened, "norrsken")
    yield opened
    opened.engine.dispose()


def run_pass(ledger: Ledger, cluster: DaskTaskRunner, folders: tuple[Path, Path], *, slowly: bool = False) -> Account:
    def crew(open_items: int, connections: int) -> AnyCrew:
        assert (open_items, connections) != (0, 0)
        return DaskCrew(cluster.client, str(folders[0]), partial(open_folders, *folders, slowly))

    share = ensure_workload(ledger, "norrsken", "share", "company")
    with open_folders(*folders) as (source, target):
        return SharePass(ledger, share, source, target, connections=2, make_crew=crew).run()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.heavy
def test_everything_is_moved_once_and_nothing_the_next_time(
    ledger: Ledger, cluster: DaskTaskRunner, folders: tuple[Path, Path]
) -> None:
    account = run_pass(ledger, cluster, folders)
    assert (account.source, account.moved, account.failed) == (FILES + 5, FILES + 5, 0)
    assert contents(folders[1]) == contents(folders[0])
    assert run_pass(ledger, cluster, folders).moved_now == 0


@pytest.mark.heavy
def test_a_process_that_dies_ends_the_pass_and_the_next_one_does_what_is_left(
    ledger: Ledger, cluster: DaskTaskRunner, folders: tuple[Path, Path]
) -> None:
    def kill_one() -> None:
        while not contents(folders[1]):
            time.sleep(0.05)
        pid = next(iter(cluster.client.run(os.getpid).values()))
        psutil.Process(pid).kill()

    killer = threading.Thread(target=kill_one)
    killer.start()
    with pytest.raises(PartLost):
        run_pass(ledger, cluster, folders, slowly=True)
    killer.join()
    cluster.client.wait_for_workers(2, timeout=60)
    assert 0 < len(contents(folders[1])) < FILES
    account = run_pass(ledger, cluster, folders)
    assert (account.moved, account.failed, account.skipped) == (FILES + 5, 0, 0)
    assert contents(folders[1]) == contents(folders[0])


def test_only_what_can_be_sent_is_sent() -> None:
    from skyflytt.files.crew import Step  # noqa: PLC0415
    from tasks.dask_crew import _to_send  # noqa: PLC0415

    with pytest.raises(TypeError):
        _to_send(Step(lambda _source, _target: [], lambda _outcomes: None))
