"""The demo as people start it, in a session of its own; where it stands is read from its ledger, not from the wall clock."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
ENDS_WITHIN_S = 900.0
START_UP_S = 15.0
# Commits of the ledger that somebody who looks every millisecond sees in each step of an undisturbed demo.
COMMITS = {
    "discovery": 2,
    "export": 28,
    "first-delta": 210,
    "weekly-delta": 140,
    "rehearsal": 12,
    "ttl-lowered": 8,
    "cutover": 35,
    "callers": 12,
    "late-mail": 20,
    "last-delta": 25,
    "drop-open": 110,
    "drop-close": 6,
    "decommission": 15,
}
QUERY = "SELECT count(*) FROM journal WHERE number > ? AND subject = ? AND action IN ({})"
STARTED, ENDED = QUERY.format("'step-started', 'step-started-again'"), QUERY.format("'step-done', 'step-failed'")


@dataclass(frozen=True)
class Moment:
    """So many commits of the ledger after this process has begun the step, or the step's end if that comes first.

    Without a step: `seconds` after the process was started.
    """

    step: str | None
    commits: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"{self.step} + {self.commits} commits" if self.step else f"start + {self.seconds:.2f} s"


def random_moment(chance: random.Random, step: str | None) -> Moment:
    """Anywhere in the step; None is the time before the first one."""
    if step is None:
        return Moment(None, seconds=chance.uniform(0.0, START_UP_S))
    return Moment(step, commits=chance.randint(0, COMMITS[step]))


class Demo:
    """One demo's home, and the process that plays in it at the moment."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._starts = 0

    def start(self) -> None:
        self._starts += 1
        self._began, self._entries = time.monotonic(), self._last_entry()
        command = [sys.executable, "-m", "deployments.demo", "--home", str(self.home)]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "COLUMNS": "200"}
        with self.log.open("wb") as output, _hearing_ctrl_c():
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip

    @property
    def age(self) -> float:
        """Seconds since the latest start."""
        return time.monotonic() - self._began

    @property
    def log(self) -> Path:
        """What the latest process has said, on both of its streams."""
        return self.home.with_name(f"{self.home.name}.{self._starts}.log")

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def end(self) -> int:
        """Wait for its own end; its exit code."""
        return self.process.wait(ENDS_WITHIN_S)

    def reach(self, moment: Moment) -> bool:
        """Wait for the moment; False when the process ended before it came."""
        watch = Watch(self.ledger, moment.step or "", self._entries)
        while self.process.poll() is None:
            age = self.age
            assert age < ENDS_WITHIN_S, f"{moment} never came:\n{self.output()}"
            if age >= moment.seconds and (moment.step is None or watch.has_come(moment.commits)):
                return True
            time.sleep(0.001)
        return False

    def signal_group(self, number: int) -> None:
        """What a terminal does for Ctrl-C: to the process and whatever shares its group."""
        os.killpg(self.process.pid, number)

    def kill(self, how: str) -> None:
        """`process`: only the demo; `group`: its process group; `everything`: the servers that it started as well."""
        servers = self.servers() if how == "everything" else []
        if how == "process":
            self.process.kill()
        else:
            self.signal_group(signal.SIGKILL)
        self.process.wait(20)
        end(servers)

    def servers(self) -> list[psutil.Process]:
        """The living servers of this home, whichever of its processes started them."""
        found = []
        for process in psutil.process_iter(["cmdline", "cwd"]):
            words = [*(process.info["cmdline"] or []), process.info["cwd"] or ""]
            if process.pid != self.process.pid and any(str(self.home) in word for word in words):
                found.append(process)
        return found

    def stop_all(self) -> None:
        """At the end of a test, however that came."""
        if self._starts:
            self.process.kill()
            self.process.wait(20)
            end(self.servers())

    @property
    def ledger(self) -> Path:
        return self.home / "workspace" / "ledger.sqlite"

    def _last_entry(self) -> int:
        return _asked(self.ledger, "SELECT coalesce(max(number), 0) FROM journal")


class Watch:
    """Looks at a ledger that somebody else writes: has the step begun since a journal entry, and how often was written since?"""

    def __init__(self, ledger: Path, step: str, since: int) -> None:
        self._ledger, self._question = ledger, (since, step)
        self._connection: sqlite3.Connection | None = None
        self._version, self._commits = 0, 0

    def has_come(self, commits: int) -> bool:
        if self._connection is None:
            if not _asked(self._ledger, STARTED, *self._question):
                return False
            self._connection = _open(self._ledger)
        version = self._connection.execute("PRAGMA data_version").fetchone()[0]
        self._commits += version != self._version
        changed, self._version = version != self._version, version
        return self._commits > commits or (changed and bool(_asked(self._ledger, ENDED, *self._question)))


@contextmanager
def _hearing_ctrl_c() -> Iterator[None]:
    """As at a terminal; a suite that runs in the background hands down that it is deaf to it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def end(processes: list[psutil.Process]) -> None:
    for process in processes:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(processes, timeout=20)


def _open(ledger: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{ledger}?mode=ro", uri=True, timeout=30)


def _asked(ledger: Path, question: str, *values: object) -> int:
    """0 while there is no ledger, or one without tables."""
    if not ledger.exists():
        return 0
    connection = _open(ledger)
    try:
        return int(connection.execute(question, values).fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()
