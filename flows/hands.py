"""Work at several mailboxes or shares within this run, side by side; what becomes of each is kept in the ledger as soon as it is known."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from prefect.futures import PrefectFuture
from sqlalchemy.exc import OperationalError

from blocks import MigrationProject
from flows.works import Work, shares_connections, task_of
from skyflytt.errors.ledger import LedgerBusy

Keep = Callable[[str, object, BaseException | None], None]
"""Takes a name, its result and its error."""

KEEP_TRIES = 12
KEEP_WAIT_S = 5.0


class OwnHands:
    """The tasks of this run. `side_by_side` is how many work at the same servers, in all runs together."""

    def __init__(self, project: MigrationProject, work: Work, side_by_side: int, keep: Keep) -> None:
        self._project, self._task, self._keep = project, task_of(work), keep
        self._arguments = (side_by_side,) if shares_connections(work) else ()
        self._futures: dict[str, PrefectFuture[Any]] = {}

    def begin(self, names: tuple[str, ...]) -> None:
        """Start to work at them, as many side by side as the run's task runner lets."""
        for name in names:
            self._futures[name] = self._task.submit(self._project, name, *self._arguments)

    def at_work(self) -> set[str]:
        """Those that have not come to their end; what became of the others is kept now."""
        for name, future in list(self._futures.items()):
            future.wait(timeout=0)
            if future.wrapped_future.done():  # type: ignore[attr-defined]
                self._end(name, future)
        return set(self._futures)

    def finish(self) -> None:
        """Wait for all of them."""
        while left := self.at_work():
            self._futures[next(iter(left))].wait(timeout=1)

    def _end(self, name: str, future: PrefectFuture[Any]) -> None:
        result = future.result(raise_on_failure=False)
        error = result if isinstance(result, BaseException) else None
        _insist(lambda: self._keep(name, result, error))
        del self._futures[name]


def _insist(act: Callable[[], None]) -> None:
    """A database that is just being started again is waited for: what was done took longer."""
    for _ in range(KEEP_TRIES - 1):
        try:
            return act()
        except (OperationalError, LedgerBusy):
            time.sleep(KEEP_WAIT_S)
    return act()
