"""One pass over a workload at a time, and a lock that nobody has to clean up."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from skyflytt.errors.base import Transient
from skyflytt.errors.ledger import PassRunning
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import end, running_pass
from skyflytt.ledger.workloads import Workload
from tests.ledger import children
from tests.ledger.moving import new_workload, put, see
from tests.ledger.waiting import pass_when_free


def test_second_process_is_refused_at_once(
    url: str, ledger: Ledger, workload: Workload, processes: ForkServerContext
) -> None:
    said = processes.Queue()
    with running_pass(ledger, workload):
        process = processes.Process(daemon=True, target=children.hold_pass, args=(url, workload, said))
        process.start()
        assert said.get(timeout=10) == "PassRunning"
        process.join()


def test_refusal_is_quick_and_may_be_tried_again(ledger: Ledger, workload: Workload) -> None:
    with running_pass(ledger, workload):
        began = time.monotonic()
        with pytest.raises(PassRunning) as refused, running_pass(ledger, workload):
            pass
        assert time.monotonic() - began < 2
        assert isinstance(refused.value, Transient)
        assert refused.value.item == "share homes"
    with running_pass(ledger, workload):
        pass


def test_second_thread_is_refused(ledger: Ledger, workload: Workload) -> None:
    def try_it() -> str:
        try:
            with running_pass(ledger, workload):
                return "runs"
        except PassRunning:
            return "refused"

    with ThreadPoolExecutor(1) as thread, running_pass(ledger, workload):
        assert thread.submit(try_it).result(30) == "refused"


def test_kill_frees_the_workload(url: str, ledger: Ledger, workload: Workload, processes: ForkServerContext) -> None:
    said = processes.Queue()
    process = processes.Process(daemon=True, target=children.hold_pass, args=(url, workload, said))
    process.start()
    assert said.get(timeout=10) == "pass 1"
    with pytest.raises(PassRunning), running_pass(ledger, workload):
        pass
    process.kill()
    process.join()
    with pass_when_free(ledger, workload) as running:
        assert running.number == 2


def test_many_workloads_are_held_and_written_at_once(ledger: Ledger) -> None:
    """More than the connections that an engine keeps."""
    workloads = [new_workload(ledger, "acme", f"share {number}") for number in range(20)]
    with ExitStack() as held:
        passes = [held.enter_context(running_pass(ledger, workload)) for workload in workloads]
        for running in passes:
            see(ledger, running.workload, "a")
            put(ledger, running, "a")


def test_workload_is_free_as_soon_as_its_pass_is_over(ledger: Ledger, workload: Workload) -> None:
    for number in range(1, 31):
        with running_pass(ledger, workload) as running:
            assert running.number == number


def test_pass_ends_when_its_lock_was_lost(ledger: Ledger, workload: Workload) -> None:
    """Whoever takes the workload meanwhile goes on; the one that lost it announces nothing more."""
    with running_pass(ledger, workload) as old:
        _lose_lock(ledger, workload)
        with pass_when_free(ledger, workload) as new:
            see(ledger, workload, "a")
            with pytest.raises(PassRunning, match="pass 1 is over"):
                put(ledger, old, "a")
            put(ledger, new, "a")
            assert end(ledger, new, source=1).moved == 1


def _lose_lock(ledger: Ledger, workload: Workload) -> None:
    if ledger.engine.dialect.name == "sqlite":
        Path(f"{ledger.engine.url.database}.locks", str(workload.id)).unlink()
        return
    with ledger.reading() as connection:
        connection.exec_driver_sql("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
