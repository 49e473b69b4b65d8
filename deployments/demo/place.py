"""Where the demo keeps its sandbox, ledger, run history and clock; one demo at a time."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from skyflytt.deadline.clock import FileClock
from skyflytt.errors.base import NeedsPerson


class DemoRuns(NeedsPerson):
    """Another demo runs in {item}: {detail}"""

    code = "demo.runs-already"
    advice = (
        "Wait until it has ended, or stop it with Ctrl-C; it can be started again at any time and goes on where it was."
    )


class HomeUnusable(NeedsPerson):
    """The demo cannot keep its data in {item}: {detail}"""

    code = "demo.home-unusable"
    advice = (
        "Free room on that disk, correct the folder's rights, or name another folder with --home; then start it again."
    )


NOT_OURS_TO_MEND = {
    *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM),
    *(errno.EEXIST, errno.ENOTDIR, errno.EISDIR),
}


@dataclass(frozen=True, slots=True)
class DemoPlace:
    """The demo's folder."""

    home: Path

    @property
    def sandbox(self) -> Path:
        return self.home / "sandbox"

    @property
    def workspace(self) -> Path:
        return self.home / "workspace"

    @property
    def prefect(self) -> Path:
        return self.home / "prefect"

    @property
    def clock_file(self) -> Path:
        return self.home / "clock"

    @property
    def clock(self) -> FileClock:
        """The demo's clock, set to the morning of the notice when there is none yet."""
        from deployments.stack.customer import rehearsal_clock  # noqa: PLC0415 - the lock shall not wait for its imports

        return rehearsal_clock(self.clock_file)

    def happened(self) -> list[str]:
        """The events of the customer's life that have happened already."""
        path = self.home / "events.json"
        return list(json.loads(path.read_text())) if path.exists() else []

    def note_happened(self, event: str) -> None:
        """Remember an event, in one step: a demo that is killed lets the same event happen again, which changes nothing."""
        beside = self.home / "events.json.new"
        beside.write_text(json.dumps([*self.happened(), event]))
        beside.replace(self.home / "events.json")


@contextmanager
def only_demo(home: Path) -> Iterator[DemoPlace]:
    """Hold the demo's folder until the end of this process, however that comes. Raises `DemoRuns`, `HomeUnusable`."""
    with _usable(home), _opened(home / "lock") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise DemoRuns(str(home), f"process {lock.read().strip() or 'unknown'}") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield DemoPlace(home)


def _opened(path: Path) -> TextIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("a+")


@contextmanager
def _usable(home: Path) -> Iterator[None]:
    """What the disk says, where the migration's own failures do not say it already: while servers and data are made."""
    try:
        yield
    except OSError as error:
        if error.errno not in NOT_OURS_TO_MEND:
            raise
        raise HomeUnusable(str(home), f"{error.strerror} ({error.filename or 'while writing'})") from error
    except sqlite3.OperationalError as error:
        if "full" not in str(error):
            raise
        raise HomeUnusable(str(home), str(error)) from error
