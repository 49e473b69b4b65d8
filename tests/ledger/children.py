"""What the tests let other processes do. `said` is how a process reports; a failure is reported as its class's name."""

from __future__ import annotations

import time
from collections.abc import Callable
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

import tests.ledger.mover
from skyflytt.deadline.clock import SystemClock
from skyflytt.errors.base import Failure
from skyflytt.ledger import items, journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.open import open_ledger
from skyflytt.ledger.passes import running_pass
from skyflytt.ledger.schema import Intent
from skyflytt.ledger.workloads import Workload

mover = tests.ledger.mover


def tell_state(url: str, workload: Workload, key: str, said: Queue[str]) -> None:
    found = items.get(open_ledger(url, SystemClock()), workload, key)
    said.put(found.state if found else "nothing")


def hold_pass(url: str, workload: Workload, said: Queue[str]) -> None:
    """Hold the workload until killed, or say why not."""
    try:
        with running_pass(open_ledger(url, SystemClock()), workload) as running:
            said.put(f"pass {running.number}")
            time.sleep(600)
    except Failure as failure:
        said.put(type(failure).__name__)


def start_and_wait(url: str, workload: Workload, key: str, said: Queue[str]) -> None:
    """Be cut off right after an item's side effect was announced."""
    ledger = open_ledger(url, SystemClock())
    with running_pass(ledger, workload) as running:
        items.start(ledger, running, [key], Intent.PUT)
        said.put("started")
        time.sleep(600)


def open_at_once(url: str, together: Barrier, said: Queue[str]) -> None:
    together.wait()
    try:
        open_ledger(url, SystemClock())
    except Exception as error:  # whatever it is, the test has to show it
        said.put(repr(error))
    else:
        said.put("opened")


def append_entries(url: str, actor: str, count: int, together: Barrier) -> None:
    ledger = open_ledger(url, SystemClock())
    together.wait()
    for number in range(count):
        journal.append(ledger, "acme", actor=actor, action="test", subject="homes", data={"number": number})


def cut_over_at_once(
    url: str, together: Barrier, cut_over: Callable[[Ledger, str, str], bool], said: Queue[str]
) -> None:
    ledger = open_ledger(url, SystemClock())
    together.wait()
    try:
        said.put(str(cut_over(ledger, "acme", "Anna")))
    except Failure as failure:
        said.put(type(failure).__name__)
